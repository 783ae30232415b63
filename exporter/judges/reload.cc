// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/reload.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "exporter/judges/findings.h"
#include "exporter/judges/usable_conf.h"

namespace certhealth::judges {
namespace {

/// What makes a command around certbot's look like one that reloads a server.
constexpr std::array<std::string_view, 6> kReloads = {"reload",  "restart",  "HUP",
                                                      " start ", "graceful", "apachectl"};

/// Our own hook takes notes and reloads nothing.
constexpr std::string_view kOwnHook = "/certhealth";

bool RunsAnything(const HookDirectory& hooks) {
  return std::ranges::any_of(
      hooks.programs, [](const std::string& program) { return !program.ends_with(kOwnHook); });
}

bool ACliIniHasHooks(const Schedule& schedule) {
  return std::ranges::any_of(schedule.cli_inis, [](const CliIniFile& file) {
    return file.settings.Find("deploy-hook") != nullptr ||
           file.settings.Find("renew-hook") != nullptr ||
           file.settings.Find("post-hook") != nullptr;
  });
}

/// Whether what starts certbot may reload a server afterwards. A script may do anything.
bool MayReload(const Scheduler& scheduler) {
  if (std::ranges::any_of(kReloads, [&](std::string_view word) {
        return scheduler.command_line.find(word) != std::string::npos;
      })) {
    return true;
  }
  return std::ranges::any_of(scheduler.calls, [](const ScheduledCall& call) {
    return !call.script.empty() || call.command.deploy_hook || call.command.post_hook;
  });
}

}  // namespace

std::optional<Finding> NoReloadConfigured(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr || !given.plan.enabled || given.client == nullptr) return std::nullopt;
  // An installer reloads its server, and so do these two when they have answered the challenge.
  if (!conf->installer.empty() || conf->authenticator == "nginx" || conf->authenticator == "apache")
    return std::nullopt;
  if (!conf->deploy_hook.empty() || !conf->post_hook.empty()) return std::nullopt;
  const CertbotRoot& root = given.machine->roots[given.lineage->root];
  if (!root.deploy_hooks.seen || !root.post_hooks.seen || RunsAnything(root.deploy_hooks) ||
      RunsAnything(root.post_hooks)) {
    return std::nullopt;
  }
  const Schedule& schedule = given.machine->schedule;
  // What starts certbot may have hooks on its command line: it must be seen to know better.
  if (!given.client->scheduled || ACliIniHasHooks(schedule) || !schedule.cli_ini_failures.empty())
    return std::nullopt;
  if (std::ranges::any_of(schedule.schedulers, MayReload)) return std::nullopt;
  return Risk("renewed by " + conf->authenticator +
              ", and no deploy hook is set: a server that has read the old certificate will go on "
              "serving it");
}

}  // namespace certhealth::judges
