// SPDX-License-Identifier: Apache-2.0
#include "exporter/joined_history.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + hours(12);

/// What the log says of an attempt at noon, in a run that went on for ten minutes.
RenewalAttempt Logged(LineageOutcome outcome, RenewalFailure reason = RenewalFailure::kPortTaken) {
  RenewalAttempt attempt;
  attempt.at = kNoon;
  attempt.run_ended = kNoon + minutes(10);
  attempt.result.outcome = outcome;
  if (outcome != LineageOutcome::kRenewed) attempt.result.reason = reason;
  return attempt;
}

LineageHistory LoggedFailure() {
  LineageHistory log;
  log.last_attempt = log.last_failure = Logged(LineageOutcome::kFailed);
  return log;
}

LineageHistory LoggedSuccess() {
  LineageHistory log;
  log.last_attempt = Logged(LineageOutcome::kRenewed);
  log.last_success = kNoon + seconds(4);
  return log;
}

HookTestimony Failed(WallTime at, std::uint64_t run = 2) {
  return {std::nullopt, HookTestimony::Event{at, run}};
}

HookTestimony Renewed(WallTime at, std::uint64_t run = 1) {
  return {HookTestimony::Event{at, run}, std::nullopt};
}

TEST(JoinedHistory, IsTheHooksWhereNoLogSpeaks) {
  const auto renewed = JoinHistory(nullptr, Renewed(kNoon));
  ASSERT_TRUE(renewed && renewed->last_attempt);
  EXPECT_EQ(renewed->last_attempt->at, kNoon);
  EXPECT_EQ(renewed->last_attempt->result.outcome, LineageOutcome::kRenewed);
  EXPECT_EQ(renewed->last_success, kNoon);
  EXPECT_FALSE(renewed->last_failure);

  const auto failed = JoinHistory(nullptr, Failed(kNoon));
  ASSERT_TRUE(failed && failed->last_attempt);
  EXPECT_EQ(failed->last_attempt->at, kNoon);
  EXPECT_EQ(failed->last_attempt->result.outcome, LineageOutcome::kFailed);
  EXPECT_EQ(failed->last_attempt->result.reason, RenewalFailure::kOther);
  EXPECT_EQ(failed->last_attempt->result.message, "the hook saw it fail; certbot's log says why");
  EXPECT_EQ(failed->last_failure, failed->last_attempt);
  EXPECT_FALSE(failed->last_success);
}

TEST(JoinedHistory, IsNothingWhereTheHookAddsNothing) {
  const LineageHistory log = LoggedFailure();
  EXPECT_FALSE(JoinHistory(&log, {}));
  EXPECT_FALSE(JoinHistory(nullptr, {}));
}

TEST(JoinedHistory, HasTheLogsReasonForTheSameAttempt) {
  const LineageHistory log = LoggedFailure();
  // Anywhere between the attempt and the end of its run, and a little later.
  for (const auto after : {minutes(0), minutes(5), minutes(10), minutes(13)}) {
    EXPECT_FALSE(JoinHistory(&log, Failed(kNoon + after))) << after.count();
  }
}

TEST(JoinedHistory, HasTheHooksFailureAfterTheLogFellSilent) {
  for (const LineageHistory& log : {LoggedSuccess(), LoggedFailure()}) {
    const auto joined = JoinHistory(&log, Failed(kNoon + hours(12)));
    ASSERT_TRUE(joined);
    EXPECT_EQ(joined->last_attempt->at, kNoon + hours(12));
    EXPECT_EQ(joined->last_attempt->result.reason, RenewalFailure::kOther);
    EXPECT_EQ(joined->last_failure, joined->last_attempt);
    EXPECT_EQ(joined->last_success, log.last_success);
  }
}

TEST(JoinedHistory, HasTheHooksSuccessAfterTheLogFellSilent) {
  const LineageHistory log = LoggedFailure();
  const auto joined = JoinHistory(&log, Renewed(kNoon + hours(12)));
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->last_attempt->result.outcome, LineageOutcome::kRenewed);
  EXPECT_EQ(joined->last_success, kNoon + hours(12));
  EXPECT_EQ(joined->last_failure, log.last_failure);
}

TEST(JoinedHistory, IsTheLogsWhereTheLogIsNewer) {
  const LineageHistory log = LoggedSuccess();
  EXPECT_FALSE(JoinHistory(&log, Failed(kNoon - hours(12))));
  EXPECT_FALSE(JoinHistory(&log, Renewed(kNoon - hours(24 * 60))));
}

TEST(JoinedHistory, KnowsASuccessThatTheLogHasLost) {
  const LineageHistory log = LoggedFailure();
  const auto joined = JoinHistory(&log, Renewed(kNoon - hours(24 * 60)));
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->last_success, kNoon - hours(24 * 60));
  EXPECT_EQ(joined->last_attempt, log.last_attempt);
}

TEST(JoinedHistory, TakesTheLogsTimeOfTheSameSuccess) {
  const LineageHistory log = LoggedSuccess();
  EXPECT_FALSE(JoinHistory(&log, Renewed(kNoon + seconds(5))));
}

TEST(JoinedHistory, TakesNoFailureFromADryRunThatTheLogKnows) {
  LineageHistory log = LoggedSuccess();
  log.last_dry_run = Logged(LineageOutcome::kFailed);
  log.last_dry_run->at += hours(24);
  log.last_dry_run->run_ended += hours(24);
  EXPECT_FALSE(JoinHistory(&log, Failed(kNoon + hours(24) + minutes(10))));
  EXPECT_TRUE(JoinHistory(&log, Failed(kNoon + hours(23))));
  EXPECT_TRUE(JoinHistory(&log, Failed(kNoon + hours(25))));
}

TEST(JoinedHistory, TellsARenewalThatWasNotDeployed) {
  HookTestimony hook = Renewed(kNoon, 7);
  hook.failed = {kNoon + minutes(2), 7};
  const auto joined = JoinHistory(nullptr, hook);
  ASSERT_TRUE(joined && joined->last_attempt);
  EXPECT_EQ(joined->last_attempt->result.outcome, LineageOutcome::kRenewedNotDeployed);
  EXPECT_EQ(joined->last_attempt->result.reason, RenewalFailure::kReloadFailed);
  EXPECT_EQ(joined->last_success, kNoon);
}

TEST(JoinedHistory, TellsAFailureOfALaterRunFromOneOfTheSame) {
  HookTestimony hook = Renewed(kNoon, 7);
  hook.failed = {kNoon + hours(12), 8};
  EXPECT_EQ(JoinHistory(nullptr, hook)->last_attempt->result.outcome, LineageOutcome::kFailed);
  hook.failed = {kNoon + hours(24 * 60), 7};  // the process number has come up again
  EXPECT_EQ(JoinHistory(nullptr, hook)->last_attempt->result.outcome, LineageOutcome::kFailed);
  EXPECT_EQ(JoinHistory(nullptr, hook)->last_success, kNoon);
}

TEST(JoinedHistory, ForgetsAFailureBeforeASuccess) {
  HookTestimony hook = Renewed(kNoon, 8);
  hook.failed = {kNoon - hours(12), 7};
  EXPECT_EQ(JoinHistory(nullptr, hook)->last_attempt->result.outcome, LineageOutcome::kRenewed);
}

}  // namespace
}  // namespace certhealth
