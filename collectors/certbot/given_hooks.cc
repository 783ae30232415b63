// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/given_hooks.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "collectors/certbot/hook_command.h"

namespace certhealth {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOptions = {
    {{"pre-hook", "pre hook"},
     {"post-hook", "post hook"},
     {"deploy-hook", "deploy hook"},
     {"renew-hook", "deploy hook"}}};

/// Of the files that every run as root reads; the others are those of single calls.
constexpr std::array<std::string_view, 2> kForAll = {"/etc/letsencrypt/cli.ini",
                                                     "/root/.config/letsencrypt/cli.ini"};

}  // namespace

std::vector<GivenHook> HooksGivenTo(const Schedule& schedule) {
  std::vector<GivenHook> hooks;
  const auto add = [&](std::string_view kind, const std::string& command, const std::string& where,
                       bool counts_for_all) {
    std::string program = FirstWord(command);
    if (!program.empty())
      hooks.push_back({std::string(kind), std::move(program), where, counts_for_all});
  };
  for (const CliIniFile& file : schedule.cli_inis) {
    const bool is_for_all = std::ranges::find(kForAll, file.path) != kForAll.end();
    if (file.settings.Find("disable-hook-validation") != nullptr) return {};
    for (const auto& [option, kind] : kOptions) {
      if (const auto command = file.settings.Value(option))
        add(kind, *command, file.path, is_for_all);
    }
  }
  std::size_t counting = 0;
  for (const Scheduler& scheduler : schedule.schedulers) counting += scheduler.counts() != false;
  for (const Scheduler& scheduler : schedule.schedulers) {
    if (scheduler.counts() == false) continue;
    for (const ScheduledCall& call : scheduler.calls) {
      const CertbotCommandLine& command = call.command;
      if (command.runs_elsewhere || command.text.find("--disable-hook") != std::string::npos)
        continue;
      const bool is_only =
          counting == 1 && scheduler.calls.size() == 1 && ReachOf(command) == RenewalReach::kAll;
      const auto add_typed = [&](std::string_view kind, const std::optional<std::string>& hook) {
        // What the shell puts in before certbot sees it is not known.
        if (hook && hook->find_first_of("$`") == std::string::npos)
          add(kind, *hook, scheduler.where, is_only);
      };
      add_typed("pre hook", command.pre_hook);
      add_typed("post hook", command.post_hook);
      add_typed("deploy hook", command.deploy_hook);
    }
  }
  return hooks;
}

}  // namespace certhealth
