// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/pre_hook.h"

#include <algorithm>
#include <string>

#include "collectors/certbot/hook_command.h"

namespace certhealth {
namespace {

/// Confs have a pre hook in common, or one of a few.
constexpr std::size_t kMostEarlierHooks = 4;

/// Whether a conf's pre hook is a lone program that is not there, or cannot be executed.
bool CannotStart(const CertbotMachine& machine, const std::string& pre_hook) {
  const auto program = ProgramOf(pre_hook);
  if (!program || pre_hook.find_first_of(";&|\n`$(") != std::string::npos) return false;
  const PathFact& fact = machine.Fact(*program);
  return fact.state == PathFact::State::kMissing ||
         (fact.state == PathFact::State::kPresent && !fact.is_executable());
}

HookEffect EffectOfConfs(const CertbotMachine& machine, const std::string& pre_hook) {
  if (pre_hook.empty() || CannotStart(machine, pre_hook)) return {};
  return EffectOfCommand(pre_hook, machine.hook_scripts);
}

/// A command before certbot's may stop the server as well.
bool MayStopSomething(const Scheduler& scheduler) {
  return scheduler.command_line.find("stop") != std::string::npos ||
         std::ranges::any_of(scheduler.calls, [](const ScheduledCall& call) {
           return call.command.pre_hook || !call.script.empty();
         });
}

/// Of these only that there is one is asked.
bool IsGivenBesideTheConfs(const Schedule& schedule) {
  return std::ranges::any_of(
             schedule.cli_inis,
             [](const CliIniFile& file) { return file.settings.Find("pre-hook") != nullptr; }) ||
         std::ranges::any_of(schedule.schedulers, [](const Scheduler& scheduler) {
           return MayStopSomething(scheduler);
         });
}

}  // namespace

HookEffect EffectOfPreHooks(const Lineage& lineage, const CertbotMachine& machine) {
  const CertbotRoot& root = machine.roots[lineage.root];
  if (!root.pre_hooks.seen || IsGivenBesideTheConfs(machine.schedule)) return HookEffect::Unknown();
  HookEffect effect = EffectOfConfs(machine, lineage.conf.conf.pre_hook);
  std::size_t earlier = 0;
  for (const auto& [pre_hook, first] : root.first_with_pre_hook) {
    if (first >= lineage.name) continue;
    if (++earlier > kMostEarlierHooks || !effect.is_known) return HookEffect::Unknown();
    effect.Add(EffectOfConfs(machine, pre_hook));
  }
  for (const std::string& program : root.pre_hooks.programs) {
    const auto script = machine.hook_scripts.find(program);
    if (script == machine.hook_scripts.end()) return HookEffect::Unknown();
    effect.Add(script->second);
  }
  return effect;
}

bool MayRunPreHook(const Lineage& lineage, const CertbotMachine& machine) {
  return EffectOfPreHooks(lineage, machine).may_change_something();
}

}  // namespace certhealth
