// SPDX-License-Identifier: Apache-2.0
// What takes time: deadlines, a second look, what is left of earlier rounds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/preflight_stand.h"

namespace certhealth {
namespace {

namespace fs = std::filesystem;
using enum PreflightOutcome;
using Stand = PreflightStand;

TEST(PreflightRounds, IsCertainOnlyOfWhatRepeats) {
  Stand stand;
  stand.rcode = 2;
  EXPECT_EQ(stand.First(PreflightCheck::kDns).outcome, kFails);
  EXPECT_EQ(stand.paused, std::chrono::seconds{5});
  stand.in_pause = [&] { stand.rcode = 0; };
  EXPECT_EQ(stand.First(PreflightCheck::kDns).outcome, kPassed) << "the resolver is back";
  stand.paused = {};
  EXPECT_EQ(stand.First(PreflightCheck::kDns).outcome, kPassed);
  EXPECT_EQ(stand.paused.count(), 0) << "nothing was wrong";
}

TEST(PreflightRounds, IsNotCertainOfWhatOnlyTheSecondLookMet) {
  Stand stand;
  const FakePeer web(ServeFiles(stand.tree.MakeDirectory("other")));
  stand.options.http_port = web.port();
  stand.rcode = 3;  // at first there is no name, and so nobody to ask for the file
  stand.in_pause = [&] { stand.rcode = 0; };
  const CollectorRun run = stand.Look({PreflightCheck::kDns, PreflightCheck::kHttp01});
  const auto& findings = run.preflight->lineages.at({"/etc/letsencrypt", "a"});
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].outcome, kPassed);
  EXPECT_EQ(findings[1].outcome, kMayFail) << findings[1].detail;
}

TEST(PreflightRounds, SweepsWhatAKilledProcessLeft) {
  Stand stand;
  stand.options.http_port = ClosedPort();
  const std::string left = stand.tree.Write(
      "www/.well-known/acme-challenge/certhealth-preflight-2" + std::string(21, 'x'), "left");
  stand.clock.Set(SystemClock().Now() + std::chrono::hours{1});
  stand.Look({PreflightCheck::kDns});
  EXPECT_TRUE(fs::exists(left));  // not asked to write, it does not clear either
  stand.Look({PreflightCheck::kHttp01});
  EXPECT_TRUE(fs::is_empty(stand.tree.Path("www")));
}

TEST(PreflightRounds, SweepsInEachRoundWhatWasTooYoungInTheOneBefore) {
  Stand stand;
  stand.options.http_port = ClosedPort();
  const std::string left = stand.tree.Write(
      "www/.well-known/acme-challenge/certhealth-preflight-2" + std::string(21, 'x'), "left");
  PreflightCollector collector = stand.CollectorFor({PreflightCheck::kHttp01});
  stand.clock.Set(SystemClock().Now());
  collector.Look(stand.Known());
  EXPECT_TRUE(fs::exists(left));
  stand.clock.Set(SystemClock().Now() + std::chrono::hours{1});
  collector.Look(stand.Known());
  EXPECT_TRUE(fs::is_empty(stand.tree.Path("www")));
}

TEST(PreflightRounds, GivesUpInTimeWhereTheDnsIsSilent) {
  Stand stand;
  stand.is_silent = true;
  stand.options.timeout = std::chrono::milliseconds{300};
  const auto start = std::chrono::steady_clock::now();
  const CollectorRun run =
      stand.Look({PreflightCheck::kDns, PreflightCheck::kCaa, PreflightCheck::kHttp01});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{5});
  for (const PreflightFinding& finding : run.preflight->lineages.at({"/etc/letsencrypt", "a"})) {
    EXPECT_EQ(finding.outcome, kUnknown) << finding.detail;
  }
  EXPECT_TRUE(fs::is_empty(stand.tree.Path("www")));
}

TEST(PreflightRounds, SeesTheWebrootServedWhereNobodyAnswersForCaa) {
  Stand stand;
  stand.is_silent_on_caa = true;
  stand.leaf.dns_names.clear();
  for (char c = 'b'; c < 'm'; ++c) stand.leaf.dns_names.push_back(c + std::string(".a.example"));
  const FakePeer web(ServeFiles(stand.tree.Path("www")));
  stand.options.http_port = web.port();
  stand.options.timeout = std::chrono::milliseconds{1500};
  const CollectorRun run = stand.Look({PreflightCheck::kCaa, PreflightCheck::kHttp01});
  const auto& findings = run.preflight->lineages.at({"/etc/letsencrypt", "a"});
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].check, PreflightCheck::kHttp01);
  EXPECT_EQ(findings[0].outcome, kPassed) << findings[0].detail;
  EXPECT_EQ(findings[1].outcome, kUnknown) << findings[1].detail;
}

TEST(PreflightRounds, GivesUpInTime) {
  Stand stand;
  const FakePeer silent([](FakeConnection& client) { client.AwaitEnd(); });
  stand.options.http_port = silent.port();
  stand.options.timeout = std::chrono::milliseconds{600};
  const auto start = std::chrono::steady_clock::now();
  stand.Look({PreflightCheck::kHttp01});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{5});
  EXPECT_TRUE(fs::is_empty(stand.tree.Path("www")));
}

TEST(PreflightRounds, SaysHowLongItHolds) {
  Stand stand;
  const CollectorRun run = stand.Look({});
  EXPECT_GT(run.preflight->valid_until, run.finished + std::chrono::hours{1});
  EXPECT_LT(run.preflight->valid_until, run.finished + std::chrono::hours{3});
}

}  // namespace
}  // namespace certhealth
