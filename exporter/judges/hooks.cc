// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/hooks.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "collectors/certbot/given_hooks.h"
#include "collectors/certbot/hook_command.h"
#include "exporter/judges/findings.h"
#include "exporter/judges/usable_conf.h"
#include "exporter/phrases.h"

namespace certhealth::judges {
namespace {

struct Hook {
  std::string_view key;
  const std::string& command;
  bool is_checked;  // certbot refuses to run without it, where for the others the shell just fails
};

std::array<Hook, 5> HooksOf(const RenewalConf& conf) {
  return {{{"manual_auth_hook", conf.manual_auth_hook, true},
           {"manual_cleanup_hook", conf.manual_cleanup_hook, true},
           {"pre_hook", conf.pre_hook, false},
           {"post_hook", conf.post_hook, false},
           {"renew_hook", conf.deploy_hook, false}}};
}

/// certbot checks the hooks that its command line and cli.ini give it before it does anything
/// (hooks.py, validate_hooks).
template <typename Predicate>
std::optional<Finding> JudgeGivenHooks(const Case& given, std::string_view what,
                                       Predicate is_wrong) {
  if (UsableConf(given) == nullptr) return std::nullopt;
  for (const GivenHook& hook : HooksGivenTo(given.machine->schedule)) {
    if (!is_wrong(given.machine->Fact(hook.program))) continue;
    std::string detail = hook.where + " gives certbot the " + hook.kind + " " + hook.program +
                         ", which " + std::string(what);
    if (hook.counts_for_all) return FailsRenewal(std::move(detail) + ": it ends at once");
    return Risk(std::move(detail));
  }
  return std::nullopt;
}

/// The finding for the worst of the hooks whose program's fact satisfies `is_wrong`.
template <typename Predicate>
std::optional<Finding> JudgeHooks(const Case& given, std::string_view what, Predicate is_wrong) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr) return std::nullopt;
  for (const Hook& hook : HooksOf(*conf)) {
    const bool is_manual = hook.is_checked;
    if (is_manual && conf->authenticator != "manual") continue;
    const std::optional<std::string> program =
        is_manual ? std::optional(FirstWord(hook.command)) : ProgramOf(hook.command);
    if (!program || program->empty() || !is_wrong(given.machine->Fact(*program))) continue;
    std::string detail =
        std::string(hook.key) + " runs " + *program + ", which " + std::string(what);
    if (is_manual) return FailsRenewal(std::move(detail));
    return Risk(std::move(detail) + "; certbot goes on without it");
  }
  return std::nullopt;
}

bool IsMissing(const PathFact& fact) { return fact.state == PathFact::State::kMissing; }

bool IsNotExecutable(const PathFact& fact) {
  return fact.state == PathFact::State::kPresent && !fact.is_executable();
}

bool HasNoInterpreter(const PathFact& fact) { return !fact.missing_interpreter.empty(); }

/// The one that makes the renewal fail, else the first.
std::optional<Finding> Worst(std::optional<Finding> first, std::optional<Finding> second) {
  if (!first || (second && second->severity > first->severity)) return second;
  return first;
}

}  // namespace

std::optional<Finding> HookMissing(const Case& given) {
  return Worst(JudgeHooks(given, "does not exist", IsMissing),
               JudgeGivenHooks(given, "does not exist", IsMissing));
}

std::optional<Finding> HookNotExecutable(const Case& given) {
  // certbot does not look into a script; the shell that starts it does.
  const auto without_interpreter =
      JudgeHooks(given, "names an interpreter that does not exist", HasNoInterpreter);
  return Worst(Worst(JudgeHooks(given, "is not executable", IsNotExecutable), without_interpreter),
               JudgeGivenHooks(given, "is not executable", IsNotExecutable));
}

std::optional<Finding> DirectoryHookNotExecutable(const ClientCase& given) {
  std::vector<std::string> broken;
  for (const CertbotRoot& root : given.machine.roots) {
    for (const HookDirectory* hooks : {&root.pre_hooks, &root.deploy_hooks, &root.post_hooks})
      broken.insert(broken.end(), hooks->broken.begin(), hooks->broken.end());
  }
  if (broken.empty()) return std::nullopt;
  return Risk(FormatList(broken) + "; certbot goes on without it");
}

}  // namespace certhealth::judges
