// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/renewal_target.h"

#include <algorithm>
#include <array>

#include "collectors/certbot/pre_hook.h"

namespace certhealth {
namespace {

/// More than a CA puts on one certificate (Let's Encrypt: 100).
constexpr std::size_t kMostNames = 250;
constexpr std::size_t kMostNameBytes = 253;
constexpr std::size_t kMostLabelBytes = 63;

constexpr std::array<std::string_view, 4> kHttpAuthenticators = {"standalone", "webroot", "nginx",
                                                                 "apache"};

std::string InLowerCase(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool IsLabel(std::string_view label) {
  return !label.empty() && label.size() <= kMostLabelBytes &&
         std::ranges::all_of(label, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

ChallengeMethod MethodOf(const RenewalConf& conf) {
  if (std::ranges::find(kHttpAuthenticators, conf.authenticator) != kHttpAuthenticators.end())
    return ChallengeMethod::kHttp01;
  if (conf.authenticator.starts_with("dns-")) return ChallengeMethod::kDns01;
  // The manual plugin takes the first that the CA offers, in the conf's order; http-01 before
  // dns-01 without one.
  if (conf.authenticator != "manual") return ChallengeMethod::kUnknown;
  if (conf.preferred_challenges.empty()) return ChallengeMethod::kHttp01;
  const std::string& first = conf.preferred_challenges.front();
  if (first == "http-01") return ChallengeMethod::kHttp01;
  return first == "dns-01" ? ChallengeMethod::kDns01 : ChallengeMethod::kUnknown;
}

/// Where certbot's webroot plugin would write for each name: the map's entry, else the last path.
std::map<std::string, std::vector<std::string>> WebrootsOf(const RenewalConf& conf,
                                                           const std::vector<std::string>& names) {
  std::map<std::string, std::string> by_name;
  for (const auto& [name, path] : conf.webroot_map) by_name.emplace(name, path);
  std::map<std::string, std::vector<std::string>> webroots;
  for (const std::string& name : names) {
    if (name.starts_with("*.")) continue;
    const auto found = by_name.find(name);
    std::string path;
    if (found != by_name.end()) {
      path = found->second;
    } else if (!conf.webroot_path.empty()) {
      path = conf.webroot_path.back();
    }
    if (path.starts_with('/')) webroots[path].push_back(name);
  }
  return webroots;
}

/// accounts/SERVER/ACCOUNT; without an account in the conf certbot takes the only one.
std::string AccountDirectoryOf(const RenewalConf& conf, const CertbotRoot& root) {
  const std::string server = AccountsDirectory(EffectiveServer(conf.server));
  std::string account = conf.account;
  if (account.empty()) {
    const auto known = root.accounts.find(server);
    if (known == root.accounts.end() || known->second.complete.size() != 1) return {};
    account = known->second.complete.front();
  }
  if (account.find('/') != std::string::npos || account.starts_with('.')) return {};
  return root.config_dir + "/accounts/" + server + "/" + account;
}

/// Whether each certbot that ran or would run takes the system's roots, as distributions have their
/// Python do it. Those of snap and of pip bring their own (certifi).
bool HasSystemRoots(const CertbotRoot& root, const CertbotMachine& machine) {
  const auto is_system = [&](const std::string& program) {
    const auto found = machine.plugin_environments.find(program);
    return found != machine.plugin_environments.end() && found->second != nullptr &&
           found->second->where == "/usr";
  };
  bool is_seen = false;
  if (root.history != nullptr && !root.history->entry_point.empty()) {
    if (!is_system(root.history->entry_point)) return false;
    is_seen = true;
  }
  for (const Scheduler& scheduler : machine.schedule.schedulers) {
    if (scheduler.counts() == false) continue;
    for (const ScheduledCall& call : scheduler.calls) {
      if (!is_system(call.program.path)) return false;
      is_seen = true;
    }
  }
  return is_seen;
}

/// In a cli.ini, or on the command line of what starts certbot. A conf does not keep it.
bool VerifiesNothing(const Schedule& schedule) {
  constexpr std::string_view kOption = "no-verify-ssl";
  return std::ranges::any_of(schedule.cli_inis,
                             [&](const CliIniFile& file) {
                               return file.settings.Find(kOption) != nullptr &&
                                      file.settings.Value(kOption) != "false";
                             }) ||
         std::ranges::any_of(schedule.schedulers, [&](const Scheduler& scheduler) {
           return scheduler.command_line.find(kOption) != std::string::npos;
         });
}

}  // namespace

bool IsDnsName(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.empty() || name.size() > kMostNameBytes) return false;
  while (true) {
    const std::size_t dot = name.find('.');
    if (!IsLabel(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

std::optional<RenewalTarget> TargetOf(const Lineage& lineage, const CertbotMachine& machine) {
  if (!lineage.has_conf || lineage.conf_failure || lineage.conf.fault || lineage.newest == nullptr)
    return std::nullopt;
  const RenewalConf& conf = lineage.conf.conf;
  if (!conf.autorenew) return std::nullopt;
  const CertbotRoot& root = machine.roots[lineage.root];
  RenewalTarget target;
  target.config_dir = root.config_dir;
  target.lineage = lineage.name;
  target.authenticator = conf.authenticator;
  target.method = MethodOf(conf);
  for (const std::string& name : lineage.newest->dns_names) {
    if (target.names.size() < kMostNames && IsDnsName(name))
      target.names.push_back(InLowerCase(name));
  }
  target.allow_subset_of_names = conf.allow_subset_of_names;
  target.server = EffectiveServer(conf.server);
  target.account_directory = AccountDirectoryOf(conf, root);
  if (conf.authenticator == "webroot") target.webroots = WebrootsOf(conf, target.names);
  target.http01_port = conf.http01_port;
  target.http01_address = conf.http01_address;
  target.port_seems_free =
      machine.listeners && std::ranges::none_of(*machine.listeners, [&](const auto& listener) {
        return listener.port == conf.http01_port;
      });
  target.has_pre_hook = MayRunPreHook(lineage, machine);
  target.update = DnsUpdateTargetOf(conf, root, machine);
  target.has_system_roots = HasSystemRoots(root, machine);
  target.verifies_nothing = VerifiesNothing(machine.schedule);
  return target;
}

}  // namespace certhealth
