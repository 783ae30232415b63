// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/challenge.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;

std::vector<JudgeCase> ChallengeCases() {
  using S = JudgeScene;
  const auto fails = NextRenewal::kFails;
  const auto webroot = [](void (*change)(S&)) {
    return [change](S& s) {
      s.UseWebroot("/var/www");
      change(s);
    };
  };
  const auto manual = [](void (*change)(S&)) {
    return [change](S& s) {
      s.conf().authenticator = "manual";
      s.conf().manual_auth_hook = "/opt/auth add";
      s.SetFile("/opt/auth", 0755);
      change(s);
    };
  };
  const auto cloudflare = [](void (*change)(S&)) {
    return [change](S& s) {
      s.conf().authenticator = "dns-cloudflare";
      s.conf().credentials = {{"dns_cloudflare_credentials", "/root/cf.ini"}};
      s.SetFile("/root/cf.ini", 0600);
      change(s);
    };
  };
  return {
      {"webroot_missing", "certbot creates it", webroot([](S& s) { s.SetMissing("/var/www"); }),
       kWarning},
      {"webroot_missing", "there", webroot([](S&) {}), {}},
      {"webroot_missing", "may not be seen", webroot([](S& s) { s.Path("/var/www") = {}; }), {}},
      {"webroot_missing",
       "of a name that the certificate no longer has",
       webroot([](S& s) {
         s.conf().webroot_map.emplace_back("old.example.com", "/old");
         s.SetMissing("/old");
       }),
       {}},
      {"webroot_missing",
       "left over from another authenticator",
       webroot([](S& s) {
         s.SetMissing("/var/www");
         s.conf().authenticator = "standalone";
       }),
       {}},
      {"webroot_not_directory", "a file", webroot([](S& s) { s.SetFile("/var/www", 0644); }),
       kCritical, fails},
      {"webroot_not_directory", "a directory", webroot([](S&) {}), {}},
      {"webroot_not_writable", "mounted read-only",
       webroot([](S& s) { s.Path("/var/www").read_only_mount = true; }), kCritical, fails},
      {"webroot_not_writable",
       "its mode does not bind root",
       webroot([](S& s) { s.Path("/var/www").permissions = 0555; }),
       {}},
      {"webroot_map_incomplete", "a name without any", webroot([](S& s) {
         s.conf().webroot_map.pop_back();
         s.conf().webroot_path.clear();
       }),
       kCritical, fails},
      {"webroot_map_incomplete",
       "the last webroot_path stands in",
       webroot([](S& s) { s.conf().webroot_map.pop_back(); }),
       {}},
      {"webroot_map_incomplete",
       "names are the same in capitals",
       webroot([](S& s) {
         s.conf().webroot_path.clear();
         s.conf().webroot_map[0].first = "EXAMPLE.com";
       }),
       {}},
      {"webroot_disagrees", "the first story: one of the two is mistyped",
       webroot([](S& s) { s.conf().webroot_path = {"/var/wwww"}; }), kWarning},
      {"webroot_disagrees", "the map has a directory that the list has not", webroot([](S& s) {
         s.conf().webroot_map[0].second = "/srv/other";
         s.SetDirectory("/srv/other");
       }),
       kWarning},
      {"webroot_disagrees", "both agree", webroot([](S&) {}), {}},

      {"wildcard_needs_dns", "standalone", [](S& s) { s.leaf.dns_names = {"*.example.com"}; },
       kCritical, fails},
      {"wildcard_needs_dns",
       "a DNS plugin",
       cloudflare([](S& s) { s.leaf.dns_names = {"*.example.com"}; }),
       {}},
      {"wildcard_needs_dns", "manual by http", manual([](S& s) {
         s.leaf.dns_names = {"*.example.com"};
         s.conf().preferred_challenges = {"http-01"};
       }),
       kCritical, fails},
      {"wildcard_needs_dns",
       "manual by dns",
       manual([](S& s) {
         s.leaf.dns_names = {"*.example.com"};
         s.conf().preferred_challenges = {"dns-01", "http-01"};
       }),
       {}},

      {"manual_without_hook", "nobody at the keyboard",
       manual([](S& s) { s.conf().manual_auth_hook.clear(); }), kCritical, fails},
      {"manual_without_hook", "with one", manual([](S&) {}), {}},
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

      {"credentials_missing", "the file is gone",
       cloudflare([](S& s) { s.SetMissing("/root/cf.ini"); }), kCritical, fails},
      {"credentials_missing", "the key is not in the conf",
       cloudflare([](S& s) { s.conf().credentials.clear(); }), kCritical, fails},
      {"credentials_missing",
       "route53 takes them from the environment",
       [](S& s) { s.conf().authenticator = "dns-route53"; },
       {}},
      {"credentials_missing",
       "may not be seen",
       cloudflare([](S& s) { s.Path("/root/cf.ini") = {}; }),
       {}},
      {"credentials_exposed", "readable by all",
       cloudflare([](S& s) { s.SetFile("/root/cf.ini", 0644); }), kWarning},
      {"credentials_exposed",
       "readable by the group",
       cloudflare([](S& s) { s.SetFile("/root/cf.ini", 0640); }),
       {}},
  };
}

namespace {

TEST(ChallengeJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(ChallengeCases()); }

TEST(ChallengeJudges, TenThousandNamesAndAsManyWebrootsAreJudgedInOneGo) {
  JudgeScene scene;
  scene.conf().authenticator = "webroot";
  scene.leaf.dns_names.clear();
  for (int i = 0; i < 10'000; ++i) {
    const std::string path = "/w/" + std::to_string(i);
    scene.leaf.dns_names.push_back("n" + std::to_string(i) + ".example.com");
    scene.conf().webroot_map.push_back({scene.leaf.dns_names.back(), path});
    scene.conf().webroot_path.push_back(path);
    scene.SetMissing(path);
  }
  // The name that is asked for first is found last.
  std::ranges::reverse(scene.conf().webroot_map);
  // A product of the two would be half a billion comparisons for each of five judges, and minutes.
  const Verdict verdict = scene.JudgeOne();
  ASSERT_FALSE(verdict.problems.empty());
  EXPECT_EQ(verdict.problems.front().kind->id, "webroot_missing");
  EXPECT_LT(verdict.problems.front().detail.size(), 2000U);
}

}  // namespace
}  // namespace certhealth
