// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/log_collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/certbot_log_text.h"
#include "tests/support/log_directory.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(LogCollectorTest, TellsOfAnEmptyDirectoryThatNothingIsKnown) {
  const auto told = Look();
  EXPECT_THAT(told->lineages, IsEmpty());
  EXPECT_EQ(told->last_run, nullptr);
  EXPECT_EQ(told->version, "");
  EXPECT_THAT(told->unreadable, IsEmpty());
}

TEST_F(LogCollectorTest, FailsWithoutADirectory) {
  LogCollector collector(files_, "/nowhere", TimeZone());
  EXPECT_EQ(collector.Collect(OnThatDay("12:00:00")).error().reason, Reason::kNotFound);
}

TEST_F(LogCollectorTest, JoinsTheRunsToAHistory) {
  Append(SuccessAt("01:00:00", "a", 2));
  Append(FailureAt("02:00:00", "a", "Another instance of Certbot is already running."));
  Append(NotDueAt("03:00:00", "a"));
  const auto told = Look();
  ASSERT_TRUE(told->lineages.contains("a"));
  const LineageHistory& a = told->lineages.at("a");
  EXPECT_EQ(a.last_attempt->result.outcome, LineageOutcome::kFailed);
  EXPECT_EQ(a.last_attempt->result.reason, RenewalFailure::kLock);
  EXPECT_EQ(a.last_attempt->at, OnThatDay("02:00:05"));
  EXPECT_EQ(a.last_attempt->certbot_version, "2.1.0");
  EXPECT_EQ(a.last_success, OnThatDay("01:00:07"));
  EXPECT_EQ(a.last_failure, a.last_attempt);
  EXPECT_EQ(a.last_dry_run, std::nullopt);
  EXPECT_EQ(told->version, "2.1.0");
  EXPECT_EQ(told->version_seen, OnThatDay("03:00:00"));
  EXPECT_EQ(told->entry_point, "/usr/bin/certbot");
  EXPECT_THAT(told->plugins, ElementsAre("nginx", "webroot"));
  EXPECT_EQ(told->last_run->start, OnThatDay("03:00:00"));
  EXPECT_EQ(told->last_renew_run, told->last_run);
  EXPECT_EQ(told->runs, 3U);
}

TEST_F(LogCollectorTest, KeepsDryRunsApart) {
  Append(SuccessAt("01:00:00", "a", 2));
  CertbotLogText dry("02:00:00");
  Append(dry.Start("['--dry-run']").Processing("a").Due().Failed("a", "E").Failures(1, 0).text());
  const auto told = Look();
  const LineageHistory& a = told->lineages.at("a");
  EXPECT_EQ(a.last_attempt->result.outcome, LineageOutcome::kRenewed);
  EXPECT_EQ(a.last_failure, std::nullopt);
  EXPECT_EQ(a.last_dry_run->result.outcome, LineageOutcome::kFailed);
  EXPECT_EQ(told->last_renew_run->start, OnThatDay("01:00:00"));
  EXPECT_EQ(told->last_run->start, OnThatDay("02:00:00"));
}

TEST_F(LogCollectorTest, MovesTheSuccessOfWhatWasSavedAndNotDeployed) {
  CertbotLogText log("01:00:00");
  Append(log.Start().Success("a", 4).Failed("a", "nginx restart failed:").Failures(1, 0).text());
  const LineageHistory a = Look()->lineages.at("a");
  EXPECT_EQ(a.last_attempt->result.outcome, LineageOutcome::kRenewedNotDeployed);
  EXPECT_EQ(a.last_success, OnThatDay("01:00:07"));
}

TEST_F(LogCollectorTest, ForgetsALineageThatWasDeleted) {
  Append(FailureAt("01:00:00", "a"));
  Append(FailureAt("02:00:00", "b"));
  CertbotLogText log("03:00:00");
  log.Start().Record("DEBUG:certbot._internal.display.obj",
                     "Notifying user: Deleted all files relating to certificate a.");
  Append(log.text());
  EXPECT_FALSE(Look()->lineages.contains("a"));
  EXPECT_TRUE(Look()->lineages.contains("b"));
}

/// The log of a certonly that fails to renew what has just `domain`.
std::string FailedCertonlyAt(std::string_view time, const std::string& domain) {
  CertbotLogText log(time);
  log.Start("['-n', '-d', '" + domain + "']").Due().Renewing(domain);
  return log.Record("ERROR:certbot._internal.log", "E of " + std::string(time)).text();
}

TEST_F(LogCollectorTest, KeepsTheLastFailureOfEachSetOfNamesThatHasNoLineage) {
  Append(FailedCertonlyAt("01:00:00", "a.example"));
  Append(FailedCertonlyAt("02:00:00", "b.example"));
  Append(FailedCertonlyAt("03:00:00", "a.example"));
  const auto told = Look();
  EXPECT_THAT(told->lineages, IsEmpty());
  ASSERT_THAT(told->unplaced, SizeIs(2));
  EXPECT_THAT(told->unplaced[0].domains, ElementsAre("b.example"));
  EXPECT_THAT(told->unplaced[1].domains, ElementsAre("a.example"));
  EXPECT_EQ(told->unplaced[1].attempt.at, OnThatDay("03:00:04"));
  EXPECT_EQ(told->unplaced[1].attempt.result.message, "E of 03:00:00");
  for (int i = 0; i < 150; ++i) {
    Append(FailedCertonlyAt("04:00:00", "n" + std::to_string(i) + ".example"));
  }
  EXPECT_THAT(Look()->unplaced, SizeIs(CertbotHistory::kMaxUnplaced));
  EXPECT_THAT(Look()->unplaced.back().domains, ElementsAre("n149.example"));
}

TEST_F(LogCollectorTest, CountsNoAttemptWhileOneIsUnderWay) {
  Append(SuccessAt("01:00:00", "a", 2));
  CertbotLogText log("22:50:00");
  Append(log.Start().Processing("a").Due().Renewing().text());
  EXPECT_EQ(Look()->lineages.at("a").last_attempt->result.outcome, LineageOutcome::kRenewed);
  EXPECT_EQ(Look()->last_run->end, RunEnd::kOpen);
  Append(log.Failed("a", "E").Failures(1, 0).text().substr(log.text().find("22:50:06") - 11));
  EXPECT_EQ(Look()->lineages.at("a").last_attempt->result.outcome, LineageOutcome::kFailed);
}

TEST_F(LogCollectorTest, TakesARunForDeadThatHasBeenSilentForHours) {
  CertbotLogText log("20:00:00");
  Append(log.Start().Processing("a").Due().Renewing().text());
  const auto early = collector_->Collect(OnThatDay("21:00:00"));
  EXPECT_FALSE(early.value()->lineages.contains("a"));
  files_.opened = 0;
  const auto late = collector_->Collect(OnThatDay("22:30:00"));
  EXPECT_EQ(late.value()->lineages.at("a").last_attempt->result.outcome,
            LineageOutcome::kInterrupted);
  EXPECT_EQ(late.value()->last_run->end, RunEnd::kKilled);
  EXPECT_EQ(files_.opened, 0);
  EXPECT_EQ(collector_->Collect(OnThatDay("22:31:00")).value(), *late);
}

}  // namespace
}  // namespace certhealth
