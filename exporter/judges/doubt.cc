// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/doubt.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "exporter/judges/findings.h"
#include "exporter/judges/usable_conf.h"

namespace certhealth::judges {
namespace {

enum class Rests { kOnConfAlone, kOnMachine };
enum class Method { kAny, kOfConf };

/// What a problem is concluded from, where that is more than the lineage's own files.
struct Basis {
  std::string_view id;
  Method method = Method::kAny;               // the conf's authenticator
  Rests rests = Rests::kOnConfAlone;          // files, programs and ports of this machine
  std::array<std::string_view, 3> options{};  // that may be given elsewhere; "*" is any text
};

constexpr auto kBases = std::to_array<Basis>({
    {"plugin_missing", Method::kOfConf, Rests::kOnMachine, {"installer"}},
    {"account_missing", Method::kAny, Rests::kOnConfAlone, {"account", "server", "staging"}},
    {"server_retired", Method::kAny, Rests::kOnConfAlone, {"server", "staging"}},
    {"standalone_port_taken",
     Method::kOfConf,
     Rests::kOnMachine,
     {"http-01-port", "http-01-address", "preferred-challenges"}},
    {"webroot_not_directory", Method::kOfConf, Rests::kOnMachine, {"webroot-path", "webroot-map"}},
    {"webroot_not_writable", Method::kOfConf, Rests::kOnMachine, {"webroot-path", "webroot-map"}},
    {"webroot_map_incomplete",
     Method::kOfConf,
     Rests::kOnConfAlone,
     {"webroot-path", "webroot-map"}},
    {"webroot_not_served", Method::kOfConf, Rests::kOnMachine, {"webroot-path", "webroot-map"}},
    {"wildcard_needs_dns", Method::kOfConf},
    {"manual_without_hook", Method::kOfConf, Rests::kOnConfAlone, {"manual-auth-hook"}},
    {"hook_missing", Method::kAny, Rests::kOnMachine, {"disable-hook-validation"}},
    {"hook_not_executable", Method::kAny, Rests::kOnMachine, {"disable-hook-validation"}},
    {"credentials_missing", Method::kOfConf, Rests::kOnMachine, {"dns-*-credentials"}},
    {"credentials_incomplete", Method::kOfConf, Rests::kOnMachine, {"dns-*-credentials"}},
    {"web_server_config", Method::kOfConf, Rests::kOnMachine, {"http-01-port"}},
    {"dns_unresolved", Method::kOfConf, Rests::kOnConfAlone, {"preferred-challenges"}},
    {"dns_points_elsewhere", Method::kOfConf, Rests::kOnConfAlone, {"preferred-challenges"}},
    {"dns_update_refused", Method::kOfConf, Rests::kOnMachine, {"dns-*-credentials"}},
    {"caa_forbids", Method::kOfConf, Rests::kOnConfAlone, {"account", "server", "staging"}},
    {"ca_unreachable", Method::kAny, Rests::kOnMachine, {"server", "staging", "no-verify-ssl"}},
});

/// An option that is given to certbot beside the conf.
struct GivenOption {
  std::string key;  // without dashes in front
  std::string value;
  std::string where;
};

std::string LongName(std::string_view word) {
  if (word == "-w") return "webroot-path";
  if (word == "-a") return "authenticator";
  if (word == "-i") return "installer";
  return word.starts_with("--") ? std::string(word.substr(2)) : std::string();
}

void AddOptionsOf(std::string_view command, const std::string& where,
                  std::vector<GivenOption>& options) {
  bool wants_value = false;
  while (!command.empty()) {
    const std::size_t end = std::min(command.find_first_of(" \t"), command.size());
    const std::string_view word = command.substr(0, end);
    command.remove_prefix(std::min(end + 1, command.size()));
    const std::size_t equals = word.find('=');
    std::string key = LongName(word.substr(0, equals));
    if (key.empty()) {
      if (wants_value && !word.empty()) options.back().value = word;
      wants_value = wants_value && word.empty();
      continue;
    }
    wants_value = equals == std::string_view::npos;
    options.push_back(
        {std::move(key), wants_value ? "" : std::string(word.substr(equals + 1)), where});
  }
}

std::vector<GivenOption> OptionsBesideTheConf(const Schedule& schedule) {
  std::vector<GivenOption> options;
  for (const CliIniFile& file : schedule.cli_inis) {
    for (const CliIniSetting& setting : file.settings.settings) {
      const bool is_one = setting.values.size() == 1;
      options.push_back({setting.key, is_one ? setting.values.front() : "", file.path});
    }
  }
  for (const Scheduler& scheduler : schedule.schedulers) {
    for (const ScheduledCall& call : scheduler.calls)
      AddOptionsOf(call.command.text, scheduler.where, options);
  }
  return options;
}

bool IsNamed(std::string_view pattern, std::string_view key) {
  const std::size_t star = pattern.find('*');
  if (pattern.empty() || star == std::string_view::npos) return !pattern.empty() && pattern == key;
  return key.starts_with(pattern.substr(0, star)) && key.ends_with(pattern.substr(star + 1));
}

bool ChoosesAnotherMethod(const GivenOption& option, const RenewalConf& conf) {
  constexpr std::array<std::string_view, 5> kMethods = {"apache", "nginx", "standalone", "manual",
                                                        "webroot"};
  if (option.key == "authenticator" || option.key == "configurator")
    return option.value != conf.authenticator;
  if (option.key == conf.authenticator || option.value == "false") return false;
  return std::ranges::find(kMethods, option.key) != kMethods.end() ||
         (option.key.starts_with("dns-") && !option.key.ends_with("-credentials") &&
          !option.key.ends_with("-seconds"));
}

bool Changes(const GivenOption& option, const Basis& basis, const RenewalConf& conf) {
  if (basis.method == Method::kOfConf && ChoosesAnotherMethod(option, conf)) return true;
  if (option.key == "server" && option.value == conf.server) return false;
  if (option.key == "account" && option.value == conf.account) return false;
  return std::ranges::any_of(basis.options,
                             [&](std::string_view one) { return IsNamed(one, option.key); });
}

/// Where certbot runs if not on this machine, as far as that can be told; empty otherwise.
std::string ElsewhereIs(const Case& given) {
  bool runs_here = false;
  for (const Scheduler& scheduler : given.machine->schedule.schedulers) {
    if (scheduler.counts() == false) continue;
    for (const ScheduledCall& call : scheduler.calls) {
      if (call.command.runs_elsewhere) return scheduler.where;
      runs_here = runs_here || call.program.state == ProgramState::kExecutable;
    }
  }
  const auto& history = given.machine->roots[given.lineage->root].history;
  if (runs_here || history == nullptr) return {};
  const bool is_gone = given.machine->Fact(history->entry_point).state == PathFact::State::kMissing;
  return is_gone ? "by its log " + history->entry_point : std::string();
}

std::string DoubtAbout(const Basis& basis, const RenewalConf& conf, const Case& given) {
  for (const GivenOption& option : OptionsBesideTheConf(given.machine->schedule)) {
    if (Changes(option, basis, conf))
      return "unless " + option.key + " in " + option.where + " keeps certbot from it";
  }
  if (basis.rests == Rests::kOnMachine) {
    const std::string place = ElsewhereIs(given);
    if (!place.empty())
      return "unless certbot, which runs elsewhere (" + place + "), finds it otherwise there";
  }
  return {};
}

}  // namespace

std::optional<Finding> WithDoubt(std::string_view id, std::optional<Finding> finding,
                                 const Case& given) {
  if (!finding || finding->next_renewal != NextRenewal::kFails) return finding;
  const RenewalConf* conf = UsableConf(given);
  const auto basis = std::ranges::find(kBases, id, &Basis::id);
  if (conf == nullptr || basis == kBases.end()) return finding;
  const std::string doubt = DoubtAbout(*basis, *conf, given);
  if (doubt.empty()) return finding;
  Finding risk = Risk(finding->detail + "; " + doubt);
  risk.remedy = finding->remedy;
  return risk;
}

}  // namespace certhealth::judges
