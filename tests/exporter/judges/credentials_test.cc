// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/credentials.h"

#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;

namespace {

using Map = std::map<std::string, std::string, std::less<>>;

void Keys(JudgeScene& scene, Map keys) {
  scene.machine.credentials["/root/cf.ini"] = {true, {}, std::move(keys)};
}

}  // namespace

std::vector<JudgeCase> CredentialsCases() {
  using S = JudgeScene;
  const auto fails = NextRenewal::kFails;
  const auto cloudflare = [](void (*change)(S&)) {
    return [change](S& s) {
      s.conf().authenticator = "dns-cloudflare";
      s.conf().credentials = {{"dns_cloudflare_credentials", "/root/cf.ini"}};
      s.SetFile("/root/cf.ini", 0600);
      change(s);
    };
  };
  const auto rfc2136 = [](void (*change)(Map&)) {
    return [change](S& s) {
      s.conf().authenticator = "dns-rfc2136";
      s.conf().credentials = {{"dns_rfc2136_credentials", "/root/cf.ini"}};
      s.SetFile("/root/cf.ini", 0600);
      Map keys = {{"dns_rfc2136_name", "x"},
                  {"dns_rfc2136_secret", "x"},
                  {"dns_rfc2136_server", "192.0.2.53"}};
      change(keys);
      Keys(s, std::move(keys));
    };
  };
  return {
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
      {"credentials_missing", "a directory is in its place",
       cloudflare([](S& s) { s.SetDirectory("/root/cf.ini"); }), kCritical, fails},
      {"credentials_exposed", "readable by all",
       cloudflare([](S& s) { s.SetFile("/root/cf.ini", 0644); }), kWarning},
      {"credentials_exposed",
       "readable by the group",
       cloudflare([](S& s) { s.SetFile("/root/cf.ini", 0640); }),
       {}},
      {"credentials_incomplete", "no token", cloudflare([](S& s) { Keys(s, {}); }), kCritical,
       fails},
      {"credentials_incomplete",
       "a token",
       cloudflare([](S& s) {
         Keys(s, {{"dns_cloudflare_api_token", "x"}});
       }),
       {}},
      {"credentials_incomplete",
       "a key and its address",
       cloudflare([](S& s) {
         Keys(s, {{"dns_cloudflare_api_key", "x"}, {"dns_cloudflare_email", "x"}});
       }),
       {}},
      {"credentials_incomplete", "a key alone", cloudflare([](S& s) {
         Keys(s, {{"dns_cloudflare_api_key", "x"}});
       }),
       kCritical, fails},
      {"credentials_incomplete", "an address alone", cloudflare([](S& s) {
         Keys(s, {{"dns_cloudflare_email", "x"}});
       }),
       kCritical, fails},
      {"credentials_incomplete", "a token and an address", cloudflare([](S& s) {
         Keys(s, {{"dns_cloudflare_api_token", "x"}, {"dns_cloudflare_email", "x"}});
       }),
       kCritical, fails},
      {"credentials_incomplete", "a token of nothing", cloudflare([](S& s) {
         Keys(s, {{"dns_cloudflare_api_token", ""}});
       }),
       kCritical, fails},
      {"credentials_incomplete", "no ConfigObj", cloudflare([](S& s) {
         s.machine.credentials["/root/cf.ini"] = {true, "/root/cf.ini:1: no key", {}};
       }),
       kCritical, fails},
      {"credentials_incomplete",
       "may not be read",
       cloudflare([](S& s) { s.machine.credentials["/root/cf.ini"] = {}; }),
       {}},
      {"credentials_incomplete", "rfc2136 without a secret",
       rfc2136([](Map& keys) { keys.erase("dns_rfc2136_secret"); }), kCritical, fails},
      {"credentials_incomplete", "rfc2136 with a name for an address",
       rfc2136([](Map& keys) { keys["dns_rfc2136_server"] = "ns.example.com"; }), kCritical, fails},
      {"credentials_incomplete", "rfc2136 with an algorithm that is none",
       rfc2136([](Map& keys) { keys["dns_rfc2136_algorithm"] = "HMAC-FOO"; }), kCritical, fails},
      {"credentials_incomplete",
       "rfc2136 with an algorithm",
       rfc2136([](Map& keys) { keys["dns_rfc2136_algorithm"] = "HMAC-SHA512"; }),
       {}},
      {"credentials_incomplete", "rfc2136 with a secret that was cut off",
       [=](S& s) {
         rfc2136([](Map&) {})(s);
         s.machine.credentials["/root/cf.ini"].not_base64 = {"dns_rfc2136_secret"};
       },
       kCritical, fails},
      {"credentials_incomplete", "rfc2136 with a port that is none",
       rfc2136([](Map& keys) { keys["dns_rfc2136_port"] = "domain"; }), kCritical, fails},
      {"credentials_incomplete",
       "rfc2136 with a port",
       rfc2136([](Map& keys) { keys["dns_rfc2136_port"] = "5353"; }),
       {}},
      {"credentials_incomplete", "rfc2136 with all of them", rfc2136([](Map&) {}), {}},
      {"credentials_incomplete",
       "rfc2136 with an address of IPv6",
       rfc2136([](Map& keys) { keys["dns_rfc2136_server"] = "2001:db8::53"; }),
       {}},
      {"credentials_incomplete",
       "of a plugin that nobody knows",
       [](S& s) {
         s.conf().authenticator = "dns-other";
         s.conf().credentials = {{"dns_other_credentials", "/root/cf.ini"}};
         s.machine.credentials["/root/cf.ini"] = {true, {}, {}};
       },
       {}},
  };
}

namespace {

TEST(CredentialsJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(CredentialsCases()); }

}  // namespace
}  // namespace certhealth
