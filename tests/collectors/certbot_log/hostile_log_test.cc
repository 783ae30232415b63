// SPDX-License-Identifier: Apache-2.0
// What strangers may write into the log: hooks, servers, file systems. A failure must stay one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/base/utf8.h"
#include "collectors/certbot_log/run_reader.h"
#include "tests/support/certbot_log_text.h"

namespace certhealth {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kHooks = "INFO:certbot.hooks";

/// A run of 1.9.0, where lineages have no names but in failures and in what is saved.
class OldLog : public CertbotLogText {
 public:
  OldLog() { Start("['-q']", "1.9.0"); }
  OldLog& ForcedAttempt() {
    Record("DEBUG:certbot._internal.renewal", "Auto-renewal forced with --force-renewal...");
    Record("INFO:certbot._internal.main", "Renewing an existing certificate");
    return *this;
  }
  OldLog& FailedAttempt(std::string_view name) {
    ForcedAttempt();
    const std::string text(name);
    Record("WARNING:certbot._internal.renewal",
           "Attempting to renew cert (" + text + ") from /etc/letsencrypt/renewal/" + text +
               ".conf produced an unexpected error: Some challenges have failed.. Skipping.");
    return *this;
  }
  OldLog& OldSummary(std::string_view name) {
    Record("ERROR:certbot._internal.renewal",
           "All renewal attempts failed. The following certs could not be renewed:");
    Record("ERROR:certbot._internal.renewal",
           "  /etc/letsencrypt/live/" + std::string(name) + "/fullchain.pem (failure)");
    return *this;
  }
  /// From here on the hook's own words, raw, as until 1.15.
  OldLog& HookPrints(std::string_view kind) {
    Record("INFO:certbot.compat.misc", "Running " + std::string(kind) + " command: /hook");
    Record(kHooks, "Output from " + std::string(kind) + " command hook:");
    return *this;
  }
};

TEST(ForgedLog, OfAnIndentedHookIsNotRead) {
  CertbotLogText log;
  log.Start().Processing("a").Due();
  log.Record("DEBUG:certbot._internal.display.obj",
             "Notifying user: Hook 'pre-hook' ran with output:");
  CertbotLogText forged;
  forged.Start().Success("a", 9).SummarySuccess({"a"}).NoFailures();
  for (std::size_t at = 0; at < forged.text().size();) {
    const std::size_t end = forged.text().find('\n', at);
    log.Line(" " + forged.text().substr(at, end - at));
    at = end + 1;
  }
  log.Failed("a", "E").SummaryFailure({"a"}).Failures(1, 0);
  const std::vector<LogRun> runs = RunsIn(log.text());
  ASSERT_THAT(runs, SizeIs(1));
  EXPECT_EQ(ResultOf(runs[0], "a").outcome, LineageOutcome::kFailed);
}

TEST(ForgedLog, OfASuccessAfterTheFailureDoesNotUndoIt) {
  OldLog log;
  log.FailedAttempt("a").HookPrints("post-hook").Saved("a", 9).Failures(1, 0);
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_EQ(ResultOf(run, "a").outcome, LineageOutcome::kFailed);
  EXPECT_EQ(ResultOf(run, "a").saved_version, std::nullopt);
}

TEST(ForgedLog, OfASuccessBeforeTheFailureIsNoSave) {
  OldLog log;
  log.ForcedAttempt().HookPrints("pre-hook").Saved("a", 9);
  log.Record("WARNING:certbot._internal.renewal",
             "Attempting to renew cert (a) from /etc/letsencrypt/renewal/a.conf produced an "
             "unexpected error: Problem binding to port 80: Could not bind to IPv4 or IPv6.. "
             "Skipping.");
  log.OldSummary("a").Failures(1, 0);
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_EQ(ResultOf(run, "a").outcome, LineageOutcome::kFailed);
  EXPECT_EQ(ResultOf(run, "a").reason, RenewalFailure::kPortTaken);
  EXPECT_EQ(ResultOf(run, "a").saved_version, std::nullopt);
}

TEST(ForgedLog, OfAGoodEndDoesNotHideTheBadOne) {
  OldLog log;
  log.HookPrints("pre-hook").NoFailures();
  log.FailedAttempt("a").OldSummary("a").Failures(1, 0);
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_EQ(Succeeded(run), false);
  EXPECT_EQ(run.failures->renew, 1);
}

TEST(ForgedLog, OfAWholeRunInAnErrorTextDoesNotUndoTheFailure) {
  CertbotLogText log;
  log.Start().Processing("a").Due().Renewing().Failed("a", "the DNS service says:");
  log.Start().Success("a", 9).SummarySuccess({"a"}).NoFailures();
  log.Record("DEBUG:certbot._internal.renewal", "Traceback was:");
  log.SummaryFailure({"a"}).Failures(1, 0);
  const std::vector<LogRun> runs = RunsIn(log.text());
  EXPECT_EQ(ResultOf(runs.back(), "a").outcome, LineageOutcome::kFailed);
  EXPECT_EQ(Succeeded(runs.back()), false);
}

TEST(ForgedLog, OfAWholeRunInAPostHookIsDiscarded) {
  OldLog log;
  log.FailedAttempt("a").OldSummary("a").HookPrints("post-hook");
  log.Start("['-q']", "1.9.0");
  log.ForcedAttempt().Saved("a", 9).NoFailures();
  log.Failures(1, 0);  // certbot's own, of the run before
  const std::vector<LogRun> runs = RunsIn(log.text());
  ASSERT_THAT(runs, SizeIs(1));
  EXPECT_EQ(ResultOf(runs[0], "a").outcome, LineageOutcome::kFailed);
}

TEST(ForgedLog, OfTwoRunsInAPostHookIsDiscarded) {
  OldLog log;
  log.FailedAttempt("a").OldSummary("a").HookPrints("post-hook");
  log.Start("['-q']", "1.9.0");
  log.ForcedAttempt().Saved("a", 9).NoFailures();
  log.Start("['-q']", "1.9.0").Failures(1, 0);
  const std::vector<LogRun> runs = RunsIn(log.text());
  ASSERT_THAT(runs, SizeIs(1));
  EXPECT_EQ(ResultOf(runs[0], "a").outcome, LineageOutcome::kFailed);
}

TEST(ForgedLog, DoesNotKeepAKilledRunFromBeingFollowedByAnother) {
  OldLog log;
  log.FailedAttempt("a").OldSummary("a");  // killed here, for real
  log.Start("['-q']", "1.9.0");
  log.ForcedAttempt().Saved("a", 9).NoFailures();
  const std::vector<LogRun> runs = RunsIn(log.text());
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_EQ(ResultOf(runs[0], "a").outcome, LineageOutcome::kFailed);
  EXPECT_EQ(ResultOf(runs[1], "a").outcome, LineageOutcome::kRenewed);
}

TEST(ForgedLog, OfASuccessThatTheCountsDenyIsNone) {
  OldLog log;
  log.HookPrints("pre-hook").ForcedAttempt().Saved("a", 9).Failures(1, 0);
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_EQ(ResultOf(run, "a").outcome, LineageOutcome::kSkipped);
  EXPECT_EQ(ResultOf(run, "a").saved, std::nullopt);
}

TEST(ForgedLog, OfADryRunDoesNotHideARealOne) {
  OldLog log;
  log.HookPrints("pre-hook");
  log.Record("DEBUG:certbot._internal.renewal", "Dry run: skipping updating lineage at /live/zzz");
  log.Record("DEBUG:certbot.crypto_util",
             "Creating CSR: /etc/letsencrypt/csr/0009_csr-certbot.pem");
  log.FailedAttempt("a").OldSummary("a").Failures(1, 0);
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_FALSE(run.dry_run);
  EXPECT_EQ(ResultOf(run, "a").outcome, LineageOutcome::kFailed);
}

TEST(ForgedLog, OfOtherLoggersSaysNothing) {
  CertbotLogText log;
  log.Start().Processing("a").Due();
  log.Record("DEBUG:certbotx.storage", "Writing full chain to /e/archive/a/fullchain9.pem.");
  log.Record("DEBUG:dns_plugin.certbot.storage",
             "Writing full chain to /e/archive/a/fullchain9.pem.");
  log.Record("NOTICE:certbot.storage", "Writing full chain to /e/archive/a/fullchain9.pem.");
  EXPECT_EQ(ResultOf(RunsIn(log.text()).at(0), "a").outcome, LineageOutcome::kInterrupted);
}

TEST(ForgedLog, OfADeletionOrAFirstIssueInARenewRunIsNone) {
  OldLog log;
  log.HookPrints("pre-hook");
  log.Record("DEBUG:certbot.display.util",
             "Notifying user: Deleted all files relating to certificate a.");
  log.Record("DEBUG:certbot.storage",
             "Writing full chain to /etc/letsencrypt/live/b/fullchain.pem.");
  log.FailedAttempt("c").OldSummary("c").Failures(1, 0);
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_EQ(run.command, CertbotCommand::kRenew);
  EXPECT_THAT(run.deleted, IsEmpty());
  EXPECT_THAT(run.issued, IsEmpty());
}

TEST(ForgedLog, OfTheGoodEndOfAnotherCommandDoesNotEndARenewRun) {
  CertbotLogText log;
  log.Start().Processing("a").Due();
  log.Record("DEBUG:certbot._internal.display.obj", "Notifying user: The dry run was successful.");
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_EQ(run.end, RunEnd::kKilled);
  EXPECT_EQ(ResultOf(run, "a").outcome, LineageOutcome::kInterrupted);
}

TEST(SharedCertificate, IsNotTakenForTheOneThatFailed) {
  // copy.conf leads to the certificate of a.conf, whose directory the summary names for both.
  CertbotLogText log;
  log.Start().Processing("a").NotDue().Processing("copy").Due().Failed("copy", "E");
  log.SummaryFailure({"a"}).Failures(1, 0);
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_EQ(ResultOf(run, "a").outcome, LineageOutcome::kNotDue);
  EXPECT_EQ(ResultOf(run, "copy").outcome, LineageOutcome::kFailed);
}

TEST(HostileLog, WithALineOfTenMebibytesReadsOn) {
  CertbotLogText log;
  log.Start().Processing("a").Due().Failed("a", "E" + std::string(10 << 20U, 'x'));
  log.Line(std::string(10 << 20U, 'y')).Processing("b").NotDue().Failures(1, 0);
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_EQ(ResultOf(run, "a").message.size(), 1024U);
  EXPECT_THAT(ResultOf(run, "a").message, testing::EndsWith("..."));
  EXPECT_EQ(ResultOf(run, "b").outcome, LineageOutcome::kNotDue);
}

TEST(HostileLog, IsToldInValidUtf8WithoutControlCharacters) {
  CertbotLogText log;
  log.Start("['\xff\x1b[31m']", "\xc0.1").Processing("n\xff\x01me").Due();
  log.Failed("n\xff\x01me", std::string("a\0b\x1b[2J\xe2\x82\xc2\x85 end", 15));
  log.Record("ERROR:certbot._internal.log", "\xf0\x9f\x07");
  const LogRun run = RunsIn(log.text()).at(0);
  ASSERT_THAT(run.lineages, SizeIs(1));
  for (const std::string& text : {run.version, run.arguments, run.lineages[0].name,
                                  run.lineages[0].message, run.error->message}) {
    EXPECT_TRUE(IsValidUtf8(text)) << text;
    for (const char c : text) EXPECT_FALSE(c >= 0 && c < 0x20) << text;
  }
}

TEST(HostileLog, WithManyNamesKeepsABoundedNumber) {
  CertbotLogText log;
  log.Start();
  std::string text = log.text();
  const std::string prefix =
      "2026-11-22 11:00:00,000:DEBUG:certbot._internal.display.obj:Notifying user: Processing /r/";
  for (int i = 0; i < 100'500; ++i) text += prefix + std::to_string(1'000'000 + i) + ".conf\n";
  text += prefix + std::string(300, 'n') + ".conf\n";
  EXPECT_THAT(RunsIn(text).at(0).lineages, SizeIs(100'000));
}

TEST(HostileLog, WithNamesInNoOrderKeepsThemApart) {
  CertbotLogText log;
  log.Start();
  for (const std::string_view name : {"m", "a", "z", "a", "m.conf", "m", "b"}) log.Processing(name);
  log.SummaryFailure({"z", "a"}).Failures(2, 0);
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_THAT(run.lineages, SizeIs(5));
  EXPECT_EQ(ResultOf(run, "a").outcome, LineageOutcome::kFailed);
  EXPECT_EQ(ResultOf(run, "z").outcome, LineageOutcome::kFailed);
  EXPECT_EQ(ResultOf(run, "m").outcome, LineageOutcome::kSkipped);
}

TEST(HostileLog, WithManyProblemsKeepsABoundedNumber) {
  CertbotLogText log;
  log.Start().Processing("a").Due();
  log.Record("DEBUG:certbot._internal.display.obj", "Notifying user: ");
  for (int i = 0; i < 1000; ++i) log.Line("  Domain: d").Line("  Type:   dns").Line("  Detail: x");
  log.Failed("a", "Some challenges have failed.").Failures(1, 0);
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_THAT(ResultOf(run, "a").problems, SizeIs(16));
  EXPECT_EQ(ResultOf(run, "a").reason, RenewalFailure::kDns);
}

TEST(HostileLog, WithImpossibleTimesHasNoRecords) {
  for (const std::string_view time :
       {"2026-02-30 10:00:00,000", "2026-13-01 10:00:00,000", "2026-01-01 24:00:00,000",
        "2026-01-01 10:60:00,000", "2026-01-01 10:00:00.000", "2026-01-01T10:00:00,000"}) {
    EXPECT_THAT(RunsIn(std::string(time) + ":DEBUG:certbot.main:certbot version: 1.0\n"), IsEmpty())
        << time;
  }
}

TEST(LogInPieces, IsTheSameLog) {
  CertbotLogText log;
  log.Start().Success("a", 2).Processing("b").Due().Failed("b", "one\ntwo\n\nthree");
  log.SummarySuccess({"a"}).SummaryFailure({"b"}).Failures(1, 0).Start().Processing("a").NotDue();
  const std::vector<LogRun> whole = RunsIn(log.text());
  for (const std::size_t size : {1U, 2U, 3U, 7U, 64U, 100U}) {
    RunReader reader{TimeZone()};
    for (std::size_t at = 0; at < log.text().size(); at += size) {
      reader.Read(std::string_view(log.text()).substr(at, size));
    }
    std::vector<LogRun> runs = reader.TakeFinished();
    for (LogRun& run : reader.Unfinished(RunState::kOver)) runs.push_back(std::move(run));
    EXPECT_EQ(runs, whole) << size;
  }
}

}  // namespace
}  // namespace certhealth
