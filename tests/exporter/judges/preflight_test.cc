// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/preflight.h"

#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;

namespace {

using S = JudgeScene;
using enum PreflightOutcome;

JudgeCase With(std::string_view id, std::string_view what, PreflightOutcome outcome,
               std::optional<Severity> severity, std::function<void(S&)> change = {}) {
  return {id, what,
          [=](S& s) {
            s.preflight = {{PreflightCheck::kDns, outcome, id, "why"}};
            if (change) change(s);
          },
          severity, severity == kCritical ? NextRenewal::kFails : NextRenewal::kMayWork};
}

/// The ACME server is on this machine, which can be seen, and nobody listens.
JudgeCase Silent(
    std::string_view what, std::optional<Severity> severity,
    std::function<void(S&)> change = [](S&) {}) {
  return {"ca_unreachable", what,
          [=](S& s) {
            s.conf().server = "https://127.0.0.1:14000/dir";
            s.machine.network = OwnNetwork{};
            s.machine.network->addresses = {*ParseAddressRange("127.0.0.0/8")};
            s.machine.network->may_translate = false;
            s.machine.listeners.emplace();
            change(s);
          },
          severity, severity == kCritical ? NextRenewal::kFails : NextRenewal::kMayWork};
}

ListeningSocket On(std::uint16_t port) {
  ListeningSocket listener;
  listener.port = port;
  return listener;
}

}  // namespace

std::vector<JudgeCase> PreflightCases() {
  std::vector<JudgeCase> cases = {
      Silent("nobody listens where it is", kCritical),
      Silent("a pre hook may start it", kWarning, [](S& s) { s.conf().pre_hook = "start-ca"; }),
      Silent("somebody listens where it is", {}, [](S& s) { s.machine.listeners = {On(14000)}; }),
      Silent("listeners cannot be seen", {}, [](S& s) { s.machine.listeners.reset(); }),
      Silent("a rule may lead elsewhere", {},
             [](S& s) { s.machine.network->may_translate = true; }),
      Silent("the address is another machine's", {},
             [](S& s) { s.machine.network->addresses.clear(); }),
      Silent("the address is known by name only", {},
             [](S& s) { s.conf().server = "https://ca.example.com:14000/dir"; }),
      Silent("it was asked and has answered", {},
             [](S& s) {
               s.preflight = {{PreflightCheck::kAcme, kPassed, "", ""}};
             }),
  };
  for (const std::string_view id :
       {"webroot_not_served", "dns_unresolved", "dns_points_elsewhere", "dns_update_refused",
        "caa_forbids", "ca_unreachable", "standalone_port_taken"}) {
    cases.push_back(With(id, "certain", kFails, kCritical));
    cases.push_back(With(id, "a risk", kMayFail, kWarning));
    cases.push_back(With(id, "passed", kPassed, {}));
    cases.push_back(With(id, "not found out", kUnknown, {}));
    cases.push_back(
        With(id, "nothing renews it", kFails, {}, [](S& s) { s.conf().autorenew = false; }));
    cases.push_back(With(id, "the conf is broken", kFails, {},
                         [](S& s) { s.lineage.conf.fault = ConfFault::kBadValue; }));
    cases.push_back(With(id, "what was found is too old", kFails, {},
                         [](S& s) { s.preflight_valid_until = s.now - std::chrono::seconds{1}; }));
  }
  return cases;
}

namespace {

TEST(PreflightJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(PreflightCases()); }

TEST(PreflightJudges, SayWhatTheCheckFound) {
  JudgeScene scene;
  scene.preflight = {{PreflightCheck::kCaa, kFails, "caa_forbids", "CAA of example.com: ..."}};
  const Verdict verdict = scene.JudgeOne();
  ASSERT_EQ(verdict.problems.size(), 1U);
  EXPECT_EQ(verdict.problems[0].detail, "CAA of example.com: ...");
}

}  // namespace
}  // namespace certhealth
