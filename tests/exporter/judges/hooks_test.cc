// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/hooks.h"

#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;

std::vector<JudgeCase> HookCases() {
  using S = JudgeScene;
  const auto fails = NextRenewal::kFails;
  const auto manual = [](void (*change)(S&)) {
    return [change](S& s) {
      s.conf().authenticator = "manual";
      s.conf().manual_auth_hook = "/opt/auth add";
      s.SetFile("/opt/auth", 0755);
      change(s);
    };
  };
  return {
      {"hook_missing", "manual's, which certbot checks",
       manual([](S& s) { s.SetMissing("/opt/auth"); }), kCritical, fails},
      {"hook_missing", "a deploy hook's failure is tolerated",
       [](S& s) {
         s.conf().deploy_hook = "/opt/reload now";
         s.SetMissing("/opt/reload");
       },
       kWarning},
      {"hook_missing",
       "manual's without manual counts for nothing",
       [](S& s) {
         s.conf().manual_auth_hook = "/opt/gone";
         s.SetMissing("/opt/gone");
       },
       {}},
      {"hook_missing",
       "what a shell alone can judge",
       [](S& s) { s.conf().pre_hook = "[ -x /opt/gone ] && /opt/gone"; },
       {}},
      {"hook_missing", "may not be seen", [](S& s) { s.conf().pre_hook = "/root/secret"; }, {}},
      {"hook_not_executable", "manual's", manual([](S& s) { s.SetFile("/opt/auth", 0644); }),
       kCritical, fails},
      {"hook_not_executable", "a post hook",
       [](S& s) {
         s.conf().post_hook = "/opt/post";
         s.SetFile("/opt/post", 0600);
       },
       kWarning},
      {"hook_not_executable",
       "executable by its owner",
       [](S& s) {
         s.conf().post_hook = "/opt/post";
         s.SetFile("/opt/post", 0700);
       },
       {}},

      {"hook_missing", "a pre hook of cli.ini, which certbot checks",
       [](S& s) {
         s.AddCliIni("/etc/letsencrypt/cli.ini", "pre-hook = /opt/gone now");
         s.SetMissing("/opt/gone");
       },
       kCritical, fails},
      {"hook_missing",
       "cli.ini says not to check",
       [](S& s) {
         s.AddCliIni("/etc/letsencrypt/cli.ini",
                     "pre-hook = /opt/gone\ndisable-hook-validation = true");
         s.SetMissing("/opt/gone");
       },
       {}},
      {"hook_missing", "of a cli.ini that only some calls read",
       [](S& s) {
         s.AddCliIni("/opt/cli.ini", "deploy-hook = gone");
         s.SetMissing("gone");
       },
       kWarning},
      {"hook_missing", "given by the timer",
       [](S& s) {
         s.machine.schedule.schedulers.front().calls.front().command.pre_hook = "/opt/gone";
         s.SetMissing("/opt/gone");
       },
       kCritical, fails},
      {"hook_not_executable", "given by cli.ini",
       [](S& s) {
         s.AddCliIni("/etc/letsencrypt/cli.ini", "post-hook = /opt/post");
         s.SetFile("/opt/post", 0644);
       },
       kCritical, fails},
      {"hook_not_executable", "manual's without its interpreter",
       manual([](S& s) { s.Path("/opt/auth").missing_interpreter = "/usr/bin/python2"; }),
       kCritical, fails},
      {"hook_not_executable", "a pre hook without its interpreter is passed over",
       [](S& s) {
         s.conf().pre_hook = "/opt/pre";
         s.SetFile("/opt/pre", 0755);
         s.Path("/opt/pre").missing_interpreter = "/usr/bin/python2";
       },
       kWarning},
      {"hook_not_executable", "of the directory, without its interpreter",
       [](S& s) {
         s.machine.roots.front().deploy_hooks.broken = {"/h, whose interpreter /x does not exist"};
       },
       kWarning},
  };
}

namespace {

TEST(HookJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(HookCases()); }

}  // namespace
}  // namespace certhealth
