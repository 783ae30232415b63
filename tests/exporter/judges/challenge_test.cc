// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/challenge.h"

#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;

std::vector<JudgeCase> ChallengeCases() {
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
  const auto cloudflare = [](void (*change)(S&)) {
    return [change](S& s) {
      s.conf().authenticator = "dns-cloudflare";
      s.conf().credentials = {{"dns_cloudflare_credentials", "/root/cf.ini"}};
      s.SetFile("/root/cf.ini", 0600);
      change(s);
    };
  };
  return {
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
      {"mode_not_judged", "another's plugin", [](S& s) { s.conf().authenticator = "dns-gandi"; },
       kInfo},
      {"mode_not_judged", "certbot's own", [](S& s) { s.conf().authenticator = "dns-google"; }, {}},
  };
}

namespace {

TEST(ChallengeJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(ChallengeCases()); }

}  // namespace
}  // namespace certhealth
