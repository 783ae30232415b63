// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/pre_hook.h"

#include <algorithm>
#include <string>

#include "collectors/certbot/hook_command.h"

namespace certhealth {
namespace {

/// Whether the conf's pre hook may stop anything: a lone program that is not there, or cannot be
/// executed, does not.
bool MayStopSomething(const CertbotMachine& machine, const std::string& pre_hook) {
  if (pre_hook.empty()) return false;
  const auto program = ProgramOf(pre_hook);
  if (!program || pre_hook.find_first_of(";&|\n`$(") != std::string::npos) return true;
  const PathFact& fact = machine.Fact(*program);
  return fact.state != PathFact::State::kMissing &&
         (fact.state != PathFact::State::kPresent || fact.is_executable());
}

/// A command before certbot's may stop the server as well.
bool MayStopSomething(const Scheduler& scheduler) {
  return scheduler.command_line.find("stop") != std::string::npos ||
         std::ranges::any_of(scheduler.calls, [](const ScheduledCall& call) {
           return call.command.pre_hook || !call.script.empty();
         });
}

}  // namespace

bool MayRunPreHook(const Lineage& lineage, const CertbotMachine& machine) {
  const CertbotRoot& root = machine.roots[lineage.root];
  const bool another_has_one =
      !root.first_with_pre_hook.empty() && root.first_with_pre_hook < lineage.name;
  return another_has_one || MayStopSomething(machine, lineage.conf.conf.pre_hook) ||
         !root.pre_hooks.seen || !root.pre_hooks.programs.empty() ||
         std::ranges::any_of(
             machine.schedule.cli_inis,
             [](const CliIniFile& file) { return file.settings.Find("pre-hook") != nullptr; }) ||
         std::ranges::any_of(machine.schedule.schedulers, [](const Scheduler& scheduler) {
           return MayStopSomething(scheduler);
         });
}

}  // namespace certhealth
