// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/pre_hook.h"

#include <algorithm>
#include <string>

namespace certhealth::judges {

bool HasPreHook(const Case& given, const RenewalConf& conf) {
  const Schedule& schedule = given.machine->schedule;
  const HookDirectory& hooks = given.machine->roots[given.lineage->root].pre_hooks;
  return !conf.pre_hook.empty() || !hooks.seen || !hooks.programs.empty() ||
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
