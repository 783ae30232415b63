// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/run_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/certbot_log_text.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kRenewal = "DEBUG:certbot._internal.renewal";
constexpr std::string_view kDisplay = "DEBUG:certbot._internal.display.obj";
constexpr std::string_view kHooks = "WARNING:certbot.display.ops";

TEST(RunReader, TellsNothingOfAnEmptyLog) {
  EXPECT_THAT(RunsIn(""), IsEmpty());
  EXPECT_THAT(RunsIn("\n\nnot a log\n"), IsEmpty());
}

TEST(RunReader, TellsARunFromItsHead) {
  CertbotLogText log("10:00:00");
  log.Start("['-q', '--no-random-sleep-on-renew']", "2.1.0").NoFailures();
  const std::vector<LogRun> runs = RunsIn(log.text());
  ASSERT_THAT(runs, SizeIs(1));
  EXPECT_EQ(runs[0].start, OnThatDay("10:00:00"));
  EXPECT_EQ(runs[0].last_record, OnThatDay("10:00:04"));
  EXPECT_EQ(runs[0].version, "2.1.0");
  EXPECT_EQ(runs[0].arguments, "['-q', '--no-random-sleep-on-renew']");
  EXPECT_EQ(runs[0].entry_point, "/usr/bin/certbot");
  EXPECT_THAT(runs[0].plugins, ElementsAre("nginx", "webroot"));
  EXPECT_EQ(runs[0].command, CertbotCommand::kRenew);
  EXPECT_EQ(runs[0].end, RunEnd::kFinished);
  EXPECT_EQ(Succeeded(runs[0]), true);
}

TEST(RunReader, KeepsNamesApartThatBeginAlike) {
  CertbotLogText log;
  log.Start().Processing("example.com").NotDue();
  log.Success("example.com-0001", 3);
  log.Processing("example.com.au").Due().Renewing().Failed("example.com.au", "E");
  log.SummarySuccess({"example.com-0001"}).SummaryFailure({"example.com.au"}).Failures(1, 0);
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_EQ(ResultOf(run, "example.com").outcome, LineageOutcome::kNotDue);
  EXPECT_EQ(ResultOf(run, "example.com-0001").outcome, LineageOutcome::kRenewed);
  EXPECT_EQ(ResultOf(run, "example.com.au").outcome, LineageOutcome::kFailed);
  EXPECT_THAT(run.lineages, SizeIs(3));
}

TEST(RunReader, TakesTheLineagesOfAKilledRunAsFarAsItGot) {
  CertbotLogText log;
  log.Start().Processing("a").NotDue().Success("b", 2).Processing("c").Due().Renewing("c");
  log.Start().NoFailures();
  const std::vector<LogRun> runs = RunsIn(log.text());
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_EQ(runs[0].end, RunEnd::kKilled);
  EXPECT_EQ(Succeeded(runs[0]), false);
  EXPECT_EQ(ResultOf(runs[0], "a").outcome, LineageOutcome::kNotDue);
  EXPECT_EQ(ResultOf(runs[0], "b").outcome, LineageOutcome::kRenewed);
  EXPECT_EQ(ResultOf(runs[0], "c").outcome, LineageOutcome::kInterrupted);
  EXPECT_EQ(ResultOf(runs[0], "c").reason, RenewalFailure::kInterrupted);
}

TEST(RunReader, CallsNothingInterruptedThatWasNotAttempted) {
  CertbotLogText log;
  log.Start().Processing("a");
  EXPECT_EQ(ResultOf(RunsIn(log.text()).at(0), "a").outcome, LineageOutcome::kSkipped);
}

TEST(RunReader, WaitsForTheEndOfARunThatMayGoOn) {
  CertbotLogText log;
  log.Start().Success("a", 2).Success("b", 2);
  RunReader reader{TimeZone()};
  reader.Read(log.text());
  const std::vector<LogRun> runs = reader.Unfinished(RunState::kMayGoOn);
  ASSERT_THAT(runs, SizeIs(1));
  EXPECT_EQ(runs[0].end, RunEnd::kOpen);
  EXPECT_EQ(Succeeded(runs[0]), std::nullopt);
  EXPECT_EQ(ResultOf(runs[0], "a").outcome, LineageOutcome::kRenewed);
  // Saved, but the web server's reload is still to come.
  EXPECT_EQ(ResultOf(runs[0], "b").outcome, LineageOutcome::kInProgress);
  EXPECT_THAT(reader.TakeFinished(), IsEmpty());
}

TEST(RunReader, DoesNotReadALineThatIsStillBeingWritten) {
  CertbotLogText log;
  log.Start().Processing("shop.example.com").Due().Renewing();
  log.Failed("shop.example.com", "Some challenges have failed.");
  const std::string whole = log.text();
  const std::string begun = whole.substr(0, whole.find("shop.example.com with error") + 6);
  EXPECT_EQ(ResultOf(RunsIn(begun).at(0), "shop.example.com").outcome,
            LineageOutcome::kInterrupted);
  EXPECT_THAT(RunsIn(begun).at(0).lineages, SizeIs(1));
  RunReader reader{TimeZone()};
  reader.Read(begun);
  reader.Read(whole.substr(begun.size()));
  EXPECT_EQ(ResultOf(reader.Unfinished(RunState::kOver).at(0), "shop.example.com").outcome,
            LineageOutcome::kFailed);
}

TEST(RunReader, JoinsARunThatRotationHasSplit) {
  CertbotLogText log;
  log.Start().Processing("a").Due().Renewing();
  const std::string first = log.text();
  log.Saved("a", 5).SummarySuccess({"a"}).NoFailures();
  RunReader reader{TimeZone()};
  reader.Read(first);
  reader.EndFile();
  reader.Read(log.text().substr(first.size()));
  const std::vector<LogRun> runs = reader.Unfinished(RunState::kOver);
  ASSERT_THAT(runs, SizeIs(1));
  EXPECT_EQ(ResultOf(runs[0], "a").saved_version, 5);
}

TEST(RunReader, ReadsARunWhoseBeginningHasRotatedAway) {
  CertbotLogText log("09:00:00");
  log.Processing("a").Due().Failed("a", "E").SummaryFailure({"a", "lost"}).Failures(2, 0);
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_FALSE(run.start_seen);
  EXPECT_EQ(run.version, "");
  EXPECT_EQ(run.start, OnThatDay("09:00:00"));
  EXPECT_EQ(ResultOf(run, "a").outcome, LineageOutcome::kFailed);
  EXPECT_EQ(ResultOf(run, "lost").outcome, LineageOutcome::kFailed);  // by the summary alone
}

TEST(RunReader, FindsTheRunThatHalfALineOfAKilledOneHides) {
  CertbotLogText log;
  log.Start("['--killed']").Processing("a").Due();
  CertbotLogText next("11:00:00");
  next.Start("['--next']").Processing("a").NotDue().NoFailures();
  const std::vector<LogRun> runs = RunsIn(log.text() + "2026-11-22 10:00:07,1" + next.text());
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_EQ(ResultOf(runs[0], "a").outcome, LineageOutcome::kInterrupted);
  EXPECT_EQ(runs[1].arguments, "['--next']");
  EXPECT_EQ(ResultOf(runs[1], "a").outcome, LineageOutcome::kNotDue);
}

TEST(RunReader, FindsTheRunBehindTheNulsOfAPowerCut) {
  CertbotLogText log;
  log.Start().Processing("a").Due();
  CertbotLogText next("11:00:00");
  next.Start().NoFailures();
  const std::string text = log.text() + std::string(4096, '\0') + next.text();
  const std::vector<LogRun> runs = RunsIn(text);
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_EQ(runs[1].start, OnThatDay("11:00:00"));
}

TEST(RunReader, TellsSavedThenNotReloadedApart) {
  CertbotLogText log;
  log.Start().Success("a", 7).Failed("a", "nginx restart failed:\n\nnginx: [emerg] no port");
  log.SummaryFailure({"a"}).Failures(1, 0);
  const LineageResult a = ResultOf(RunsIn(log.text()).at(0), "a");
  EXPECT_EQ(a.outcome, LineageOutcome::kRenewedNotDeployed);
  EXPECT_EQ(a.reason, RenewalFailure::kReloadFailed);
  EXPECT_EQ(a.saved_version, 7);
  EXPECT_EQ(a.message, "nginx restart failed:\n\nnginx: [emerg] no port");
}

TEST(RunReader, TellsAFailingHookOfASuccess) {
  CertbotLogText log;
  log.Start().Processing("a").Due();
  log.Record(kHooks, "Hook 'pre-hook' reported error code 3");
  log.Renewing().Saved("a", 2);
  log.Record(kHooks, "Hook 'deploy-hook' reported error code 1");
  log.Record(kHooks, "Hook 'deploy-hook' ran with error output:").Line(" reload failed");
  log.SummarySuccess({"a"}).NoFailures();
  log.Record(kHooks, "Hook 'post-hook' reported error code 127");
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_EQ(ResultOf(run, "a").outcome, LineageOutcome::kRenewed);
  EXPECT_THAT(ResultOf(run, "a").failed_hooks,
              ElementsAre(HookFailure{"pre-hook", 3}, HookFailure{"deploy-hook", 1}));
  EXPECT_THAT(run.failed_hooks, ElementsAre(HookFailure{"post-hook", 127}));
}

TEST(RunReader, NamesTheHookOfOldVersionsByWhatRanBefore) {
  CertbotLogText log;
  log.Start("['-q']", "0.28.0");
  log.Record("DEBUG:certbot.renewal", "Auto-renewal forced with --force-renewal...");
  log.Record("DEBUG:certbot.storage", "Writing full chain to /e/archive/a/fullchain2.pem.");
  log.Record("INFO:certbot.hooks", "Running deploy-hook command: if true");
  log.Record("ERROR:certbot.hooks", "Hook command \"if true").Line("then exit 4");
  log.Line("fi\" returned error code 4");
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_THAT(ResultOf(run, "a").failed_hooks, ElementsAre(HookFailure{"deploy-hook", 4}));
}

TEST(RunReader, NamesWhatAllowSubsetOfNamesHasDropped) {
  CertbotLogText log;
  log.Start().Processing("a").Due().Renewing("a and b");
  log.Record("INFO:certbot._internal.auth_handler", "Challenge failed for domain b.example");
  log.Record(kDisplay,
             "Notifying user: Unable to obtain a certificate with every requested domain. "
             "Retrying without: b.example, c.example");
  log.Saved("a", 2).NoFailures();
  EXPECT_THAT(ResultOf(RunsIn(log.text()).at(0), "a").dropped_names,
              ElementsAre("b.example", "c.example"));
}

TEST(RunReader, NamesNoDroppedNamesOfAFailure) {
  CertbotLogText log;
  log.Start().Processing("a").Due().Renewing("a and b");
  log.Record("INFO:certbot._internal.auth_handler", "Challenge failed for domain b.example");
  log.Failed("a", "Some challenges have failed.").Failures(1, 0);
  EXPECT_THAT(ResultOf(RunsIn(log.text()).at(0), "a").dropped_names, IsEmpty());
}

TEST(RunReader, CountsADryRunFromCliIniAsOne) {
  CertbotLogText log;
  log.Start("['-q']").Processing("a");
  log.Record("INFO:certbot._internal.renewal",
             "Certificate not due for renewal, but simulating renewal for dry run");
  log.Record(kDisplay, "Notifying user: Simulating renewal of an existing certificate for a");
  log.Record(kRenewal, "Dry run: skipping updating lineage at /etc/letsencrypt/live/a");
  log.NoFailures();
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_TRUE(run.dry_run);
  EXPECT_EQ(ResultOf(run, "a").outcome, LineageOutcome::kRenewed);
  EXPECT_EQ(ResultOf(run, "a").saved_version, std::nullopt);
}

TEST(RunReader, CountsAnAbbreviatedDryRunAsOne) {
  CertbotLogText log;
  log.Start("['renew', '--dry']").Processing("a").Due().Failed("a", "E").Failures(1, 0);
  EXPECT_TRUE(RunsIn(log.text()).at(0).dry_run);
}

TEST(RunReader, GivesAFailedCertonlyToTheLineageItIsAbout) {
  CertbotLogText log;
  log.Start("['certonly', '-n', '--cert-name', 'a.example', '-d', 'b.example']");
  log.Record(kRenewal, "Auto-renewal forced with --force-renewal...").Renewing("b.example");
  log.Record("ERROR:certbot._internal.log", "Some challenges have failed.");
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_EQ(run.command, CertbotCommand::kCertonly);
  EXPECT_EQ(Succeeded(run), false);
  EXPECT_EQ(ResultOf(run, "a.example").outcome, LineageOutcome::kFailed);
  EXPECT_EQ(ResultOf(run, "a.example").message, "Some challenges have failed.");
}

TEST(RunReader, GivesAFailedCertonlyByDomainsToNoLineageByItself) {
  // certbot looks for the lineage with just these names; its own name may be any.
  CertbotLogText log;
  log.Start("['certonly', '-n', '-d', 'Example.com,*.example.com', '-d', ' b.example']");
  log.Record(kRenewal, "Auto-renewal forced with --force-renewal...").Renewing("example.com");
  log.Record("ERROR:certbot._internal.log", "Some challenges have failed.");
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_THAT(run.lineages, IsEmpty());
  ASSERT_TRUE(run.unplaced);
  EXPECT_EQ(run.unplaced->outcome, LineageOutcome::kFailed);
  EXPECT_EQ(run.unplaced->message, "Some challenges have failed.");
  EXPECT_EQ(run.unplaced->attempted, OnThatDay("10:00:04"));
  EXPECT_THAT(run.domains, ElementsAre("*.example.com", "b.example", "example.com"));
}

TEST(RunReader, LeavesNothingUnplacedOfAFirstIssue) {
  CertbotLogText log;
  log.Start("['-d', 'b.example']");
  log.Record(kDisplay, "Notifying user: Requesting a certificate for b.example");
  log.Record("ERROR:certbot._internal.log", "Some challenges have failed.");
  EXPECT_EQ(RunsIn(log.text()).at(0).unplaced, std::nullopt);
}

TEST(RunReader, TellsThatACertonlySavedAndThenFailedToReload) {
  CertbotLogText log;
  log.Start("['-n', '--nginx', '-d', 'a.example']");
  log.Record("INFO:certbot._internal.renewal", "Certificate is due for renewal, auto-renewing...");
  log.Renewing("a.example").Saved("a.example", 3);
  log.Record(kDisplay, "Notifying user: ").Line("Successfully received certificate.");
  log.Record("ERROR:certbot._internal.log", "nginx restart failed:").Line("nginx: [emerg] x");
  const LineageResult a = ResultOf(RunsIn(log.text()).at(0), "a.example");
  EXPECT_EQ(a.outcome, LineageOutcome::kRenewedNotDeployed);
  EXPECT_EQ(a.reason, RenewalFailure::kReloadFailed);
  EXPECT_EQ(a.message, "nginx restart failed:\nnginx: [emerg] x");
  EXPECT_EQ(a.saved_version, 3);
}

TEST(RunReader, KnowsThatAQuietCertonlyIsDone) {
  CertbotLogText log;
  log.Start("['-q', '--cert-name', 'a']");
  log.Record(kRenewal, "Auto-renewal forced with --force-renewal...").Renewing("a").Saved("a", 3);
  RunReader before{TimeZone()};
  before.Read(log.text());
  EXPECT_EQ(ResultOf(before.Unfinished(RunState::kMayGoOn).at(0), "a").outcome,
            LineageOutcome::kInProgress);
  log.Record(kDisplay, "Notifying user: ").Line("Successfully received certificate.");
  RunReader after{TimeZone()};
  after.Read(log.text());
  const LogRun run = after.Unfinished(RunState::kMayGoOn).at(0);
  EXPECT_EQ(ResultOf(run, "a").outcome, LineageOutcome::kRenewed);
  EXPECT_EQ(Succeeded(run), true);
}

TEST(RunReader, CallsAFirstIssueNoAttempt) {
  CertbotLogText log;
  log.Start("['-d', 'a.example']");
  log.Record(kDisplay, "Notifying user: Requesting a certificate for a.example");
  log.Record("DEBUG:certbot._internal.storage",
             "Writing full chain to /etc/letsencrypt/live/a.example/fullchain.pem.");
  log.Start("['-d', 'b.example']");
  log.Record(kDisplay, "Notifying user: Requesting a certificate for b.example");
  log.Record("ERROR:certbot._internal.log", "Some challenges have failed.");
  const std::vector<LogRun> runs = RunsIn(log.text());
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_THAT(runs[0].lineages, IsEmpty());
  EXPECT_THAT(runs[0].issued, ElementsAre("a.example"));
  EXPECT_THAT(runs[1].lineages, IsEmpty());
  EXPECT_EQ(runs[1].error->message, "Some challenges have failed.");
}

TEST(RunReader, TellsADelete) {
  CertbotLogText log;
  log.Start("['--cert-name', 'a.example']");
  log.Record(kDisplay, "Notifying user: Deleted all files relating to certificate a.example.");
  const LogRun run = RunsIn(log.text()).at(0);
  EXPECT_EQ(run.command, CertbotCommand::kDelete);
  EXPECT_THAT(run.deleted, ElementsAre("a.example"));
  EXPECT_EQ(Succeeded(run), true);
}

TEST(RunReader, ReadsTheWindowThatTheCaSuggests) {
  CertbotLogText log;
  log.Start("['-q']", "5.5.0").Processing("a");
  log.Record("DEBUG:acme.client",
             "Sending GET request to https://ca/renewalInfo/k8A75kBu5dQWiigzmscoUXx3M7g."
             "AIdlQyE.");
  log.Record("DEBUG:urllib3.connectionpool", "https://ca \"GET /renewalInfo/x HTTP/1.1\" 200 107");
  log.Record("DEBUG:acme.client", "Received response:").Line("HTTP 200").Line("");
  log.Line("{\"suggestedWindow\": {\"start\": \"2026-12-21T21:31:26Z\",");
  log.Line("   \"end\": \"2026-12-23T22:31:26.5+01:00\"}}").NotDue().NoFailures();
  const auto window = ResultOf(RunsIn(log.text()).at(0), "a").suggested_window;
  ASSERT_TRUE(window);
  EXPECT_EQ(window->serial, "87654321");
  EXPECT_EQ(window->start, OnThatDay("21:31:26") + std::chrono::days(29));
  EXPECT_EQ(window->end, OnThatDay("21:31:26") + std::chrono::days(31));
}

TEST(RunReader, TakesTheErrorOfARunThatItEnds) {
  CertbotLogText log;
  log.Start().Record("DEBUG:certbot._internal.log", "Exiting abnormally:");
  log.Line("Traceback (most recent call last):").Line("  File \"x\", line 1, in <module>");
  log.Line("certbot.errors.LockError: Another instance of Certbot is already running.");
  const LogRun old_style = RunsIn(log.text()).at(0);  // until 1.4 there is no more
  ASSERT_TRUE(old_style.error);
  EXPECT_EQ(old_style.error->message, "Another instance of Certbot is already running.");
  EXPECT_EQ(old_style.error->reason, RenewalFailure::kLock);
  log.Record("ERROR:certbot._internal.log", "Another instance of Certbot is already running.");
  EXPECT_EQ(RunsIn(log.text()).at(0), [&] {
    LogRun run = old_style;
    run.last_record += std::chrono::seconds(1);
    return run;
  }());
}

TimeZone Berlin() {
  const auto files = MakePosixFileSystem("/");
  auto zone = TimeZone::Parse(files->Read("/usr/share/zoneinfo/Europe/Berlin", 65536)->bytes);
  return std::move(zone).value();
}

TEST(RunReader, ReadsLocalTimeSinceVersion023AndUtcBefore) {
  for (const auto& [version, hour] : std::map<std::string, int>{
           {"0.8.1", 10}, {"0.22.2", 10}, {"0.23.0", 9}, {"1.0.0", 9}, {"5.5.0", 9}}) {
    CertbotLogText log("10:00:00");
    log.Start("['-q']", version).Success("a", 2).NoFailures();
    RunReader reader(Berlin());
    reader.Read(log.text());
    const LogRun run = reader.Unfinished(RunState::kOver).at(0);
    const WallTime expected = OnThatDay("00:00:00") + std::chrono::hours(hour);
    EXPECT_EQ(run.start, expected) << version;
    EXPECT_EQ(ResultOf(run, "a").attempted, expected + std::chrono::seconds(5)) << version;
    EXPECT_EQ(run.last_record, expected + std::chrono::seconds(8)) << version;
  }
}

TEST(RunReader, GoesOnThroughTheHourThatComesTwice) {
  // The clocks of Berlin went from 3:00 to 2:00 on 2026-10-25, at 1:00 UTC.
  const std::string main = ":DEBUG:certbot._internal.main:certbot version: 2.1.0\n";
  const std::string done = ":DEBUG:certbot._internal.renewal:no renewal failures\n";
  RunReader reader(Berlin());
  for (const std::string time : {"01:30:00", "02:30:00", "02:10:00", "02:50:00", "03:30:00"}) {
    const std::string stamp = "2026-10-25 " + time + ",000";
    reader.Read(stamp + main + stamp + done);
  }
  std::vector<LogRun> runs = reader.TakeFinished();
  runs.push_back(reader.Unfinished(RunState::kOver).at(0));
  std::vector<int> minutes;
  const WallTime midnight = std::chrono::sys_days(std::chrono::year(2026) / 10 / 25);
  for (const LogRun& run : runs) {
    minutes.push_back(static_cast<int>((run.start - midnight) / std::chrono::minutes(1)));
  }
  EXPECT_THAT(minutes, ElementsAre(-30, 30, 70, 110, 150));
}

}  // namespace
}  // namespace certhealth
