// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/box.h"

#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;

using O = WritePlace::Obstacle;

namespace {

void Own(JudgeScene& scene, O obstacle, bool keeps_certificates) {
  scene.machine.roots.front().own_directories = {
      {"/srv", {obstacle, "/srv", true}, keeps_certificates}};
}

}  // namespace

std::vector<JudgeCase> BoxCases() {
  using S = JudgeScene;
  const auto fails = NextRenewal::kFails;
  return {
      {"directory_not_writable", "mounted read-only", [](S& s) { Own(s, O::kReadOnly, false); },
       kCritical, fails},
      {"directory_not_writable", "no space for certificates",
       [](S& s) { Own(s, O::kNoSpace, true); }, kCritical, fails},
      {"directory_not_writable", "no space for logs", [](S& s) { Own(s, O::kNoSpace, false); },
       kWarning},
      {"directory_not_writable", "no inodes", [](S& s) { Own(s, O::kNoInodes, false); }, kCritical,
       fails},
      {"directory_not_writable", "a file", [](S& s) { Own(s, O::kNotDirectory, false); }, kCritical,
       fails},
      {"directory_not_writable", "immutable", [](S& s) { Own(s, O::kImmutable, true); }, kWarning},
      {"directory_not_writable", "immutable, and written each time",
       [](S& s) {
         Own(s, O::kImmutable, true);
         s.machine.roots.front().own_directories.front().is_always_written = true;
       },
       kCritical, fails},
      {"directory_not_writable", "the lineage's own is immutable",
       [](S& s) { s.lineage.immutable = "/etc/letsencrypt/live/a"; }, kCritical, fails},
      {"directory_not_writable",
       "read-only for this process alone",
       [](S& s) { Own(s, O::kReadOnlyHere, true); },
       {}},
      {"directory_not_writable", "nothing wrong", [](S& s) { Own(s, O::kNone, true); }, {}},

      {"cli_ini_invalid", "a value that is none",
       [](S& s) { s.AddCliIni("/etc/letsencrypt/cli.ini", "quiet = maybe"); }, kCritical, fails},
      {"cli_ini_invalid", "no number",
       [](S& s) { s.AddCliIni("/etc/letsencrypt/cli.ini", "rsa-key-size = large"); }, kCritical,
       fails},
      {"cli_ini_invalid", "an option that no plugin of the log has",
       [](S& s) {
         s.AddCliIni("/etc/letsencrypt/cli.ini", "no-such-option = 1");
         s.plugins = {"manual", "null", "standalone", "webroot"};
       },
       kCritical, fails},
      {"cli_ini_invalid", "an option that a plugin might have",
       [](S& s) { s.AddCliIni("/etc/letsencrypt/cli.ini", "gandi-key = 1"); }, kWarning},
      {"cli_ini_invalid", "no option at all",
       [](S& s) {
         s.machine.schedule.cli_ini_failures = {
             {Reason::kBadText, "/etc/letsencrypt/cli.ini, line 3: 'x y z' is no option"}};
       },
       kCritical, fails},
      {"cli_ini_invalid",
       "may not be read",
       [](S& s) {
         s.machine.schedule.cli_ini_failures = {
             {Reason::kPermissionDenied, "/etc/letsencrypt/cli.ini may not be read"}};
       },
       {}},
      {"cli_ini_invalid",
       "what Debian ships, and the beginning of an option",
       [](S& s) {
         s.AddCliIni("/etc/letsencrypt/cli.ini",
                     "max-log-backups = 0\npreconfigured-renewal = True\nemai = a@example.com");
       },
       {}},
      {"cli_ini_invalid",
       "of a DNS plugin",
       [](S& s) {
         s.AddCliIni("/etc/letsencrypt/cli.ini",
                     "dns-linode-propagation-seconds = 120\ndns-linode-credentials = /x");
       },
       {}},
  };
}

namespace {

TEST(BoxJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(BoxCases()); }

}  // namespace
}  // namespace certhealth
