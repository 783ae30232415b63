// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/pre_hook.h"

#include <algorithm>
#include <string>

#include "collectors/certbot/hook_command.h"

namespace certhealth::judges {
namespace {

/// Whether the conf's pre hook may stop anything: a lone program that is not there, or cannot be
/// executed, does not.
bool MayStopSomething(const Case& given, const std::string& pre_hook) {
  if (pre_hook.empty()) return false;
  const auto program = ProgramOf(pre_hook);
  if (!program || pre_hook.find_first_of(";&|\n`$(") != std::string::npos) return true;
  const PathFact& fact = given.machine->Fact(*program);
  return fact.state != PathFact::State::kMissing &&
         (fact.state != PathFact::State::kPresent || fact.is_executable());
}

}  // namespace

bool HasPreHook(const Case& given, const RenewalConf& conf) {
  const Schedule& schedule = given.machine->schedule;
  const CertbotRoot& root = given.machine->roots[given.lineage->root];
  const HookDirectory& hooks = root.pre_hooks;
  const bool another_has_one =
      !root.first_with_pre_hook.empty() && root.first_with_pre_hook < given.lineage->name;
  return another_has_one || MayStopSomething(given, conf.pre_hook) || !hooks.seen ||
         !hooks.programs.empty() ||
         std::ranges::any_of(
             schedule.cli_inis,
             [](const CliIniFile& file) { return file.settings.Find("pre-hook") != nullptr; }) ||
         std::ranges::any_of(schedule.schedulers, [](const Scheduler& scheduler) {
           // A command before certbot's may stop the server as well.
           return scheduler.command_line.find("stop") != std::string::npos ||
                  std::ranges::any_of(scheduler.calls, [](const ScheduledCall& call) {
                    return call.command.pre_hook || !call.script.empty();
                  });
         });
}

}  // namespace certhealth::judges
