// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/next_renewal.h"

#include <algorithm>
#include <array>

#include "collectors/certbot/certbot_version.h"
#include "exporter/judges/findings.h"
#include "exporter/judges/usable_conf.h"
#include "exporter/phrases.h"

namespace certhealth::judges {
namespace {

/// certbot 1.6 and later go to the ACMEv2 address where a conf names the ACMEv1 one.
constexpr CertbotVersion kReplacesRetiredServer{{1, 6, 0}};
constexpr std::string_view kReplaceableServer = "https://acme-v01.api.letsencrypt.org/directory";

/// Hosts that issue no more: Let's Encrypt's ACMEv1 (June 2021) and Buypass Go SSL (October 2025).
constexpr std::array<std::string_view, 3> kRetiredHosts = {
    "acme-v01.api.letsencrypt.org", "acme-staging.api.letsencrypt.org", "api.buypass.com"};

/// Hosts that issue what no client trusts.
constexpr std::array<std::string_view, 4> kStagingHosts = {
    "acme-staging-v02.api.letsencrypt.org", "api.test4.buypass.no", "dv.acme-v02.test-api.pki.goog",
    "acme-staging.harica.gr"};

std::string_view HostOf(std::string_view server) {
  const std::size_t scheme = server.find("://");
  if (scheme != std::string_view::npos) server.remove_prefix(scheme + 3);
  return server.substr(0, server.find_first_of("/:?#"));
}

/// certbot 0.33 to 2.6 skip a file with an option of the standalone plugin, which has none since.
constexpr CertbotVersion kForgetsOptions{{0, 33, 0}};
constexpr CertbotVersion kPassesOverOptions{{2, 7, 0}};

/// What certbot reads without complaint, and cannot renew with.
std::optional<Finding> RefusedSetting(const Case& given) {
  const RenewalConf& conf = given.lineage->conf.conf;
  if (!conf.refused_setting.empty()) {
    return FailsRenewal(conf.refused_setting +
                        ": certbot reads the file, and fails when it renews");
  }
  if (conf.forgotten_option.empty()) return std::nullopt;
  const auto version =
      ParseCertbotVersion(given.machine->roots[given.lineage->root].running_version);
  if (version && (*version < kForgetsOptions || *version >= kPassesOverOptions))
    return std::nullopt;
  const std::string detail =
      conf.forgotten_option + " is no option any more: certbot up to 2.6 skips the file";
  return version ? FailsRenewal(detail) : Risk(detail);
}

bool RetiredAddressIsReplaced(const Case& given, const RenewalConf& conf) {
  if (conf.server != kReplaceableServer) return false;
  const std::string& running = given.machine->roots[given.lineage->root].running_version;
  const auto version = ParseCertbotVersion(running.empty() ? conf.version : running);
  return !version || *version >= kReplacesRetiredServer;
}

/// The packages of the certbot that wrote the log, or, without a log, of the only one that would be
/// started; null where that is not known.
const PluginEnvironment* EnvironmentOf(const Case& given) {
  const CertbotMachine& machine = *given.machine;
  const auto& history = machine.roots[given.lineage->root].history;
  const auto find = [&](const std::string& program) -> const PluginEnvironment* {
    const auto found = machine.plugin_environments.find(program);
    const bool is_known =
        found != machine.plugin_environments.end() && found->second->missing_interpreter.empty();
    return is_known ? found->second.get() : nullptr;
  };
  if (history != nullptr && !history->plugins.empty()) return find(history->entry_point);
  const PluginEnvironment* only = nullptr;
  for (const Scheduler* scheduler : given.client->schedulers) {
    for (const ScheduledCall& call : scheduler->calls) {
      const PluginEnvironment* environment = find(call.program.path);
      if (environment == nullptr || (only != nullptr && only != environment)) return nullptr;
      only = environment;
    }
  }
  return only;
}

/// Whether what starts certbot starts the one whose program is `entry_point`, as far as that can be
/// told; a person may have run another.
bool IsStarted(const CertbotMachine& machine, const std::string& entry_point) {
  bool another_is = false;
  const bool is_snaps = entry_point.starts_with("/snap/");
  for (const Scheduler& scheduler : machine.schedule.schedulers) {
    if (scheduler.counts() == false) continue;
    for (const ScheduledCall& call : scheduler.calls) {
      const bool calls_snaps = call.command.text.find("snap") != std::string::npos ||
                               call.program.path.find("snap") != std::string::npos;
      if (call.program.path == entry_point || (is_snaps && calls_snaps)) return true;
      another_is = another_is || call.program.state == ProgramState::kExecutable ||
                   call.command.runs_elsewhere;
    }
  }
  return !another_is || entry_point.empty();
}

/// The certbot that renews the lineage, where its Python is gone and no other may do its work.
const PluginEnvironment* BrokenCertbot(const Case& given) {
  const CertbotMachine& machine = *given.machine;
  const auto broken = [&](const std::string& program) -> const PluginEnvironment* {
    const auto found = machine.plugin_environments.find(program);
    const bool is_broken =
        found != machine.plugin_environments.end() && !found->second->missing_interpreter.empty();
    return is_broken ? found->second.get() : nullptr;
  };
  const auto& history = machine.roots[given.lineage->root].history;
  const PluginEnvironment* certbot = nullptr;
  if (history != nullptr && !history->entry_point.empty()) {
    certbot = broken(history->entry_point);
    if (certbot == nullptr) return nullptr;
  }
  for (const Scheduler& scheduler : machine.schedule.schedulers) {
    for (const ScheduledCall& call : scheduler.calls) {
      const PluginEnvironment* called = broken(call.program.path);
      // In a container a name is not looked for beyond the first directory.
      const bool may_be_it = certbot != nullptr && call.program.state == ProgramState::kUnknown &&
                             !call.command.runs_elsewhere && call.command.program == "certbot";
      if (called == nullptr && !may_be_it) return nullptr;
      if (certbot == nullptr) certbot = called;
    }
  }
  return certbot;
}

}  // namespace

std::optional<Finding> ConfInvalid(const Case& given) {
  if (given.lineage == nullptr || !given.lineage->has_conf) return std::nullopt;
  if (given.lineage->conf_failure) {
    const Failure& failure = *given.lineage->conf_failure;
    if (failure.reason == Reason::kPermissionDenied || failure.reason == Reason::kTooLarge) {
      return Risk(failure.detail + ": whether the next renewal works is not known");
    }
    return FailsRenewal(failure.detail);
  }
  const auto& fault = given.lineage->conf.fault;
  if (!fault) return RefusedSetting(given);
  if (*fault == ConfFault::kNoAuthenticator) return std::nullopt;
  return FailsRenewal(given.lineage->conf.fault_detail + ": certbot skips the file");
}

std::optional<Finding> AuthenticatorMissing(const Case& given) {
  if (given.lineage == nullptr || given.lineage->conf.fault != ConfFault::kNoAuthenticator)
    return std::nullopt;
  return FailsRenewal(given.lineage->conf.fault_detail + ": certbot skips the file");
}

std::optional<Finding> ConfPathsWrong(const Case& given) {
  if (given.lineage == nullptr || !given.lineage->conf_names_other_paths) return std::nullopt;
  const RenewalConf& conf = given.lineage->conf.conf;
  const std::array<const RareText*, 4> named = {&conf.cert, &conf.privkey, &conf.chain,
                                                &conf.fullchain};
  const std::string& config_dir = given.machine->roots[given.lineage->root].config_dir;
  for (std::size_t i = 0; i < named.size(); ++i) {
    const std::string& path = *named[i];
    if (path.empty()) continue;
    const std::string detail = std::string(kLineageFileNames[i]) + " = " + path + " is not " +
                               config_dir + "/live/" + given.bundle.name + "/" +
                               std::string(kLineageFileNames[i]) + ".pem";
    const LineageLink& link = given.lineage->links[i];
    if (!link.path.empty())
      return Risk(detail + ": certbot renews what lies there, not this lineage");
    if (link.state == LinkState::kUnseen) return Risk(detail);
    // Below the same directory the path is simply wrong. Elsewhere, the tree may have been moved,
    // or be mounted under another name than certbot knows it by.
    if (path.starts_with(config_dir + "/")) return FailsRenewal(detail + ", and does not exist");
    return Risk(detail +
                ": either the tree was moved, or --root should say where the machine's files are");
  }
  return std::nullopt;
}

std::optional<Finding> RenewalDisabled(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  // A lineage that certbot skips for another reason has a problem that says so.
  if (conf == nullptr || conf->autorenew || given.plan.enabled) return std::nullopt;
  return Risk(
      "autorenew = False in the conf: certbot says \"not yet due\" for ever, also once it has "
      "expired");
}

std::optional<Finding> RenewBeforeExpiryIgnored(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr) return std::nullopt;
  if (conf->renew_before_expiry_is_list) {
    return FailsRenewal(
        "renew_before_expiry has a comma, which makes it a list: every run fails with \"'list' "
        "object "
        "has no attribute 'strip'\"");
  }
  if (!given.plan.unreadable_threshold.empty()) {
    return Risk(given.plan.unreadable_threshold +
                ": certbot takes it for zero and renews only after expiry");
  }
  if (conf->renew_before_expiry_misplaced) {
    return Risk("renew_before_expiry stands in [renewalparams], where certbot does not read it");
  }
  return std::nullopt;
}

std::optional<Finding> ThresholdTooWide(const Case& given) {
  if (UsableConf(given) == nullptr || !given.plan.enabled || !given.plan.threshold ||
      given.lineage->newest == nullptr) {
    return std::nullopt;
  }
  const std::chrono::seconds lifetime = given.lineage->newest->lifetime();
  if (*given.plan.threshold < lifetime) return std::nullopt;
  return Risk("renewed " + FormatSpan(*given.plan.threshold) +
              " before expiry, but it lives only " + FormatSpan(lifetime) +
              ": every run renews it, until the CA's rate limit stops that");
}

std::optional<Finding> PluginMissing(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr || !given.plan.enabled) return std::nullopt;
  const auto& history = given.machine->roots[given.lineage->root].history;
  const bool has_log = history != nullptr && !history->plugins.empty();
  if (const PluginEnvironment* broken = BrokenCertbot(given)) {
    return FailsRenewal("certbot cannot start: its first line names " +
                        broken->missing_interpreter + ", which does not exist");
  }
  const PluginEnvironment* environment = EnvironmentOf(given);
  const std::array<std::pair<const char*, const std::string&>, 2> named = {
      {{"authenticator", conf->authenticator}, {"installer", conf->installer}}};
  for (const auto& [key, plugin] : named) {
    if (plugin.empty()) continue;
    const auto has = [&name = plugin](const std::vector<std::string>& plugins) {
      return std::ranges::find(plugins, name) != plugins.end();
    };
    const bool log_has_it = has_log && has(history->plugins);
    const bool packages_have_it = environment != nullptr && has(environment->plugins);
    if ((log_has_it && environment == nullptr) || packages_have_it) {
      if (!has_log || log_has_it) continue;
      return Risk(plugin + " was not among the plugins that certbot " + history->version +
                  " last found, but is installed now in " + environment->where);
    }
    const std::string setting = std::string(key) + " = " + plugin;
    if (log_has_it) {
      // It may as well come from where only that certbot looks, by PYTHONPATH.
      if (!history->version_seen || environment->changed <= *history->version_seen) continue;
      return LacksPlugin(*conf, plugin,
                         setting +
                             ", which certbot had at its last run, and which since then is no "
                             "longer installed in " +
                             environment->where);
    }
    if (has_log) {
      std::string why = setting + ", but certbot " + history->version + " found only " +
                        FormatList(history->plugins, history->plugins.size());
      if (!IsStarted(*given.machine, history->entry_point))
        return Risk(std::move(why) + "; it was " + history->entry_point +
                    ", and another certbot is the one that is started regularly");
      return LacksPlugin(*conf, plugin, std::move(why));
    }
    if (environment == nullptr) continue;
    return LacksPlugin(*conf, plugin,
                       setting + ", but the certbot in " + environment->where + " has only " +
                           FormatList(environment->plugins, environment->plugins.size()));
  }
  return std::nullopt;
}

std::optional<Finding> AccountMissing(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr) return std::nullopt;
  const CertbotRoot& root = given.machine->roots[given.lineage->root];
  const std::string directory = AccountsDirectory(EffectiveServer(conf->server));
  const auto found = root.accounts.find(directory);
  if (found == root.accounts.end() || !found->second.seen) return std::nullopt;
  const ServerAccounts& accounts = found->second;
  const std::string where = root.config_dir + "/accounts/" + directory;
  if (conf->account.empty()) {
    if (accounts.complete.size() == 1) {
      if (accounts.damaged.empty()) return std::nullopt;
      // certbot passes over an account that lacks a file, and fails at one with an empty file.
      return Risk("the conf names no account, and " + where + "/" + accounts.damaged.front() +
                  " is damaged: certbot may fail when it looks for the only good one");
    }
    return FailsRenewal("the conf names no account, and " + where + " holds " +
                        std::to_string(accounts.complete.size() + accounts.damaged.size()) +
                        ": certbot would have to ask");
  }
  if (std::ranges::find(accounts.complete, conf->account.str()) != accounts.complete.end())
    return std::nullopt;
  if (const auto fault = accounts.faults.find(conf->account); fault != accounts.faults.end())
    return FailsRenewal(where + "/" + conf->account + ": " + fault->second);
  const bool damaged =
      std::ranges::find(accounts.damaged, conf->account.str()) != accounts.damaged.end();
  return FailsRenewal(
      where + "/" + conf->account +
      (damaged ? " lacks one of its three files, or has no key in it" : " does not exist"));
}

std::optional<Finding> ServerRetired(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr || RetiredAddressIsReplaced(given, *conf)) return std::nullopt;
  if (std::ranges::find(kRetiredHosts, HostOf(conf->server)) == kRetiredHosts.end())
    return std::nullopt;
  return FailsRenewal("server = " + conf->server + " has been switched off by its CA");
}

std::optional<Finding> StagingServer(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr ||
      std::ranges::find(kStagingHosts, HostOf(conf->server)) == kStagingHosts.end()) {
    return std::nullopt;
  }
  return Risk("server = " + conf->server +
              ": the next renewal brings a certificate that no client trusts");
}

std::optional<Finding> NeverRenewed(const Case& given) {
  if (UsableConf(given) == nullptr || !given.plan.enabled ||
      given.lineage->archive.newest_complete != 1) {
    return std::nullopt;
  }
  return Note(
      "still the first version: the settings of the conf have not been used for a renewal yet");
}

}  // namespace certhealth::judges
