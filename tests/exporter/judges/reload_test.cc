// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/reload.h"

#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;

namespace {

using S = JudgeScene;

/// Takes away the one thing that reloads in a healthy scene.
void Bare(S& s) { s.machine.roots[0].deploy_hooks.programs.clear(); }

/// A bare scene with one thing more, which must be taken for a reload.
JudgeCase Enough(std::string_view what, void (*change)(S&)) {
  return {"no_reload_configured",
          what,
          [change](S& s) {
            Bare(s);
            change(s);
          },
          {}};
}

/// A bare scene with one thing more, which reloads nothing.
JudgeCase NotEnough(std::string_view what, void (*change)(S&)) {
  return {"no_reload_configured", what,
          [change](S& s) {
            Bare(s);
            change(s);
          },
          kWarning};
}

}  // namespace

std::vector<JudgeCase> ReloadCases() {
  return {
      {"no_reload_configured", "a program in renewal-hooks/deploy", [](S&) {}, {}},
      NotEnough("standalone, and nothing", [](S&) {}),
      NotEnough("webroot, and nothing", [](S& s) { s.UseWebroot("/var/www/html"); }),
      NotEnough("dns, and nothing", [](S& s) { s.conf().authenticator = "dns-cloudflare"; }),
      NotEnough("a hook that is not executable",
                [](S& s) { s.machine.roots[0].deploy_hooks.not_executable = {"/x/reload"}; }),
      NotEnough("our own hook, which reloads nothing",
                [](S& s) {
                  s.machine.roots[0].deploy_hooks.programs = {
                      "/etc/letsencrypt/renewal-hooks/deploy/certhealth"};
                }),
      NotEnough("a pre hook alone", [](S& s) { s.conf().pre_hook = "systemctl stop nginx"; }),
      Enough("the nginx plugin", [](S& s) { s.conf().authenticator = "nginx"; }),
      Enough("an installer", [](S& s) { s.conf().installer = "apache"; }),
      Enough("the conf's deploy hook",
             [](S& s) { s.conf().deploy_hook = "systemctl reload nginx"; }),
      Enough("the conf's post hook", [](S& s) { s.conf().post_hook = "systemctl start nginx"; }),
      Enough("a program in renewal-hooks/post",
             [](S& s) { s.machine.roots[0].post_hooks.programs = {"/x/start"}; }),
      Enough("a directory of hooks that may not be seen",
             [](S& s) { s.machine.roots[0].deploy_hooks.seen = false; }),
      Enough("a deploy hook in cli.ini",
             [](S& s) {
               CliIniSetting setting;
               setting.key = "deploy-hook";
               setting.values = {"systemctl reload nginx"};
               s.machine.schedule.cli_inis = {{"/etc/letsencrypt/cli.ini", {{setting}}}};
             }),
      Enough("a deploy hook on the timer's command line",
             [](S& s) {
               s.machine.schedule.schedulers[0].calls[0].command.deploy_hook =
                   "systemctl reload nginx";
             }),
      Enough("a reload behind it in the crontab",
             [](S& s) {
               s.machine.schedule.schedulers[0].command_line =
                   "certbot -q renew && systemctl reload nginx";
             }),
      Enough("a script that may do anything",
             [](S& s) {
               s.machine.schedule.schedulers[0].calls[0].script = "/usr/local/bin/renew.sh";
             }),
      Enough("what starts certbot cannot be seen",
             [](S& s) {
               s.machine.schedule.schedulers.clear();
               s.machine.schedule.failures = {{Reason::kNotFound, "this is a container"}};
             }),
      Enough("nothing renews it", [](S& s) { s.conf().autorenew = false; }),
  };
}

namespace {

TEST(ReloadJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(ReloadCases()); }

}  // namespace
}  // namespace certhealth
