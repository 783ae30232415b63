// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/next_renewal.h"

#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using std::chrono::days;
using enum Severity;

std::vector<JudgeCase> NextRenewalCases() {
  using S = JudgeScene;
  const auto fails = NextRenewal::kFails;
  const auto accounts = [](S& s) -> ServerAccounts& {
    return s.machine.roots[0].accounts.begin()->second;
  };
  const auto server = [](std::string url) {
    return [url = std::move(url)](S& s) { s.conf().server = url; };
  };
  const auto fault = [](ConfFault what) {
    return [what](S& s) {
      s.lineage.conf.fault = what;
      s.lineage.conf.fault_detail = "x.conf:7: wrong";
    };
  };
  return {
      {"conf_invalid", "does not parse", fault(ConfFault::kUnparseable), kCritical, fails},
      {"conf_invalid", "a path is missing", fault(ConfFault::kMissingPath), kCritical, fails},
      {"conf_invalid", "no [renewalparams]", fault(ConfFault::kNoRenewalParams), kCritical, fails},
      {"conf_invalid", "a value is none", fault(ConfFault::kBadValue), kCritical, fails},
      {"conf_invalid", "a setting that certbot fails over",
       [](S& s) { s.conf().refused_setting = "x.conf:9: key_type is neither rsa nor ecdsa"; },
       kCritical, fails},
      {"conf_invalid", "an option that the running certbot has forgotten",
       [](S& s) {
         s.conf().forgotten_option = "x.conf:9: standalone_supported_challenges";
         s.machine.roots[0].running_version = "2.1.0";
       },
       kCritical, fails},
      {"conf_invalid",
       "an option that the running certbot passes over",
       [](S& s) {
         s.conf().forgotten_option = "x.conf:9: standalone_supported_challenges";
         s.machine.roots[0].running_version = "2.7.0";
       },
       {}},
      {"conf_invalid", "an option that some certbot has forgotten",
       [](S& s) { s.conf().forgotten_option = "x.conf:9: standalone_supported_challenges"; },
       kWarning},
      {"conf_invalid", "a directory in its place",
       [](S& s) {
         s.lineage.conf_failure = {Reason::kNotRegular, "x.conf is a directory"};
       },
       kCritical, fails},
      {"conf_invalid", "no permission says nothing",
       [](S& s) {
         s.lineage.conf_failure = {Reason::kPermissionDenied, "may not be read"};
       },
       kWarning},
      {"conf_invalid", "too large for us is not too large for certbot",
       [](S& s) {
         s.lineage.conf_failure = {Reason::kTooLarge, "larger than 1048576 bytes"};
       },
       kWarning},
      {"conf_invalid",
       "the authenticator has a problem of its own",
       fault(ConfFault::kNoAuthenticator),
       {}},
      {"authenticator_missing", "none", fault(ConfFault::kNoAuthenticator), kCritical, fails},
      {"authenticator_missing", "another fault", fault(ConfFault::kBadValue), {}},

      {"conf_paths_wrong", "another lineage's",
       [](S& s) {
         s.lineage.conf_names_other_paths = true;
         s.conf().cert = "/etc/letsencrypt/live/other/cert.pem";
         s.lineage.links[0].path = s.conf().cert;
       },
       kWarning},
      {"conf_paths_wrong", "nothing lies there",
       [](S& s) {
         s.lineage.conf_names_other_paths = true;
         s.conf().chain = "/etc/letsencrypt/live/gone/chain.pem";
       },
       kCritical, fails},
      {"conf_paths_wrong", "a tree under another name",
       [](S& s) {
         s.lineage.conf_names_other_paths = true;
         s.conf().chain = "/mnt/letsencrypt/live/example.com/chain.pem";
       },
       kWarning},
      {"conf_paths_wrong", "certbot's own", [](S&) {}, {}},

      {"renewal_disabled", "autorenew = False", [](S& s) { s.conf().autorenew = false; }, kWarning},
      {"renewal_disabled",
       "a certbot that does not know it",
       [](S& s) {
         s.conf().autorenew = false;
         s.machine.roots[0].running_version = "0.25.0";
       },
       {}},

      {"renew_before_expiry_ignored", "a list",
       [](S& s) {
         s.conf().renew_before_expiry = "30 days, x";
         s.conf().renew_before_expiry_is_list = true;
       },
       kCritical, fails},
      {"renew_before_expiry_ignored", "no time",
       [](S& s) { s.conf().renew_before_expiry = "thirty-ish"; }, kWarning},
      {"renew_before_expiry_ignored", "in the wrong section",
       [](S& s) { s.conf().renew_before_expiry_misplaced = true; }, kWarning},
      {"renew_before_expiry_ignored",
       "30 days",
       [](S& s) { s.conf().renew_before_expiry = "30 days"; },
       {}},

      {"threshold_too_wide", "six days under certbot 2", [](S& s) { s.SetLife(days{6}, days{1}); },
       kWarning},
      {"threshold_too_wide",
       "six days under certbot 5",
       [](S& s) {
         s.SetLife(days{6}, days{1});
         s.machine.roots[0].running_version = "5.5.0";
       },
       {}},
      {"threshold_too_wide",
       "31 days under certbot 2",
       [](S& s) { s.SetLife(days{31}, days{1}); },
       {}},

      {"plugin_missing", "not among those that certbot found",
       [](S& s) {
         s.conf().authenticator = "dns-route53";
         s.plugins = {"nginx", "standalone"};
       },
       kCritical, fails},
      {"plugin_missing", "an installer that certbot does not have",
       [](S& s) {
         s.conf().installer = "apache";
         s.plugins = {"nginx", "standalone"};
       },
       kWarning},
      {"plugin_missing",
       "among them",
       [](S& s) {
         s.plugins = {"nginx", "standalone"};
       },
       {}},
      {"plugin_missing", "no log tells", [](S& s) { s.conf().authenticator = "dns-route53"; }, {}},

      {"plugin_missing", "not among the packages, where no log tells",
       [=](S& s) {
         s.conf().authenticator = "dns-route53";
         s.AddPackages("/usr/bin/certbot", {"standalone"});
       },
       kCritical, fails},
      {"plugin_missing",
       "among the packages, where no log tells",
       [=](S& s) { s.AddPackages("/usr/bin/certbot", {"standalone"}); },
       {}},
      {"plugin_missing", "installed since the last run",
       [=](S& s) {
         s.conf().authenticator = "nginx";
         s.plugins = {"standalone"};
         s.entry_point = "/opt/certbot";
         s.AddPackages("/opt/certbot", {"nginx", "standalone"});
       },
       kWarning},
      {"plugin_missing", "removed since the last run",
       [=](S& s) {
         s.conf().authenticator = "nginx";
         s.plugins = {"nginx", "standalone"};
         s.entry_point = "/opt/certbot";
         s.AddPackages("/opt/certbot", {"standalone"}).changed = s.now;
       },
       kCritical, fails},
      {"plugin_missing",
       "from elsewhere than the packages",
       [=](S& s) {
         s.conf().authenticator = "nginx";
         s.plugins = {"nginx", "standalone"};
         s.entry_point = "/opt/certbot";
         s.AddPackages("/opt/certbot", {"standalone"}).changed = s.now - std::chrono::days{9};
       },
       {}},

      {"plugin_missing", "not among those of a certbot that somebody else ran",
       [=](S& s) {
         s.conf().authenticator = "dns-cloudflare";
         s.plugins = {"standalone"};
         s.entry_point = "/usr/local/bin/certbot";
       },
       kWarning},
      {"plugin_missing", "the Python that starts certbot is gone",
       [=](S& s) {
         s.plugins = {"standalone"};
         s.entry_point = "/usr/bin/certbot";
         s.AddPackages("/usr/bin/certbot", {}).missing_interpreter = "/opt/python3.9/bin/python3";
       },
       kCritical, fails},
      {"plugin_missing",
       "the Python of the certbot that last ran is gone, but another one is started",
       [=](S& s) {
         s.plugins = {"standalone"};
         s.entry_point = "/opt/certbot";
         s.AddPackages("/opt/certbot", {}).missing_interpreter = "/opt/certbot/bin/python3";
       },
       {}},

      {"account_missing", "the one of the conf", [](S& s) { s.conf().account = "9999"; }, kCritical,
       fails},
      {"account_missing", "there, but of no use",
       [=](S& s) {
         accounts(s).complete.clear();
         accounts(s).damaged = {"0123"};
         accounts(s).faults["0123"] = "regr.json lacks uri";
       },
       kCritical, fails},
      {"account_missing", "there, but damaged",
       [=](S& s) {
         accounts(s).complete.clear();
         accounts(s).damaged = {"0123"};
       },
       kCritical, fails},
      {"account_missing", "another is damaged", [=](S& s) { accounts(s).damaged = {"other"}; }, {}},
      {"account_missing",
       "no account named, and one there",
       [](S& s) { s.conf().account.clear(); },
       {}},
      {"account_missing", "no account named, one there and one damaged",
       [=](S& s) {
         s.conf().account.clear();
         accounts(s).damaged = {"other"};
       },
       kWarning},
      {"account_missing", "no account named, and two there",
       [=](S& s) {
         s.conf().account.clear();
         accounts(s).complete = {"a", "b"};
       },
       kCritical, fails},
      {"account_missing", "no account named, and none there",
       [=](S& s) {
         s.conf().account.clear();
         accounts(s).complete.clear();
       },
       kCritical, fails},
      {"account_missing",
       "accounts/ may not be seen",
       [=](S& s) { accounts(s) = ServerAccounts{}; },
       {}},

      {"server_retired", "Let's Encrypt's first, before certbot 1.6",
       [](S& s) {
         s.conf().server = "https://acme-v01.api.letsencrypt.org/directory";
         s.machine.roots[0].running_version = "1.5.0";
       },
       kCritical, fails},
      {"server_retired",
       "replaced by certbot 1.6",
       [](S& s) {
         s.conf().server = "https://acme-v01.api.letsencrypt.org/directory";
         s.machine.roots[0].running_version = "1.6.0";
       },
       {}},
      {"server_retired", "Buypass", server("https://api.buypass.com/acme/directory"), kCritical,
       fails},
      {"server_retired",
       "a host whose name only begins so",
       server("https://api.buypass.com.example/directory"),
       {}},

      {"staging_server", "Let's Encrypt's",
       server("https://acme-staging-v02.api.letsencrypt.org/directory"), kWarning},
      {"staging_server",
       "in the path only",
       server("https://ca.example/acme-staging-v02.api.letsencrypt.org/directory"),
       {}},
  };
}

namespace {

TEST(NextRenewalJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(NextRenewalCases()); }

TEST(NextRenewalJudges, AFaultyConfIsNotJudgedFurther) {
  JudgeScene scene;
  scene.lineage.conf.fault = ConfFault::kUnparseable;
  scene.lineage.conf.fault_detail = "x.conf:1: wrong";
  scene.conf().account = "missing";
  scene.conf().authenticator = "manual";
  EXPECT_EQ(scene.JudgeOne().problems.size(), 1U);
}

}  // namespace
}  // namespace certhealth
