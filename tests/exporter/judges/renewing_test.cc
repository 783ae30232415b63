// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "exporter/judges/last_renewal.h"
#include "exporter/judges/next_renewal.h"
#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;

std::vector<JudgeCase> RenewingCases() {
  using S = JudgeScene;
  const auto attempt = [](LineageOutcome outcome) {
    return [outcome](S& s) {
      RenewalAttempt last;
      last.at = s.now - std::chrono::hours{5};
      last.result.outcome = outcome;
      s.history.emplace().last_attempt = last;
    };
  };
  return {
      {"never_renewed", "the first version",
       [](S& s) {
         s.lineage.archive = {true, 1, 1, 0};
         s.SetLinks(1);
       },
       kInfo},
      {"never_renewed",
       "the second",
       [](S& s) {
         s.lineage.archive = {true, 2, 2, 1};
         s.SetLinks(2);
       },
       {}},
      {"never_renewed",
       "an archive that may not be seen",
       [](S& s) { s.lineage.archive = {}; },
       {}},

      {"last_renewal_failed", "failed", attempt(LineageOutcome::kFailed), kWarning},
      {"last_renewal_failed", "killed", attempt(LineageOutcome::kInterrupted), kWarning},
      {"last_renewal_failed", "renewed", attempt(LineageOutcome::kRenewed), {}},
      {"last_renewal_failed",
       "saved, not deployed",
       attempt(LineageOutcome::kRenewedNotDeployed),
       {}},
      {"last_renewal_failed", "no log", [](S&) {}, {}},
      {"renewed_not_deployed", "saved, not deployed", attempt(LineageOutcome::kRenewedNotDeployed),
       kCritical},
      {"renewed_not_deployed", "failed", attempt(LineageOutcome::kFailed), {}},
      {"hook_failed", "a deploy hook",
       [=](S& s) {
         attempt(LineageOutcome::kRenewed)(s);
         s.history->last_attempt->result.failed_hooks = {{"deploy-hook", 1}};
       },
       kWarning},
      {"hook_failed", "none", attempt(LineageOutcome::kRenewed), {}},
  };
}

namespace {

TEST(RenewingJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(RenewingCases()); }

}  // namespace
}  // namespace certhealth
