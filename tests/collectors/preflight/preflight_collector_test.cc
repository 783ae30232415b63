// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/preflight_collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/preflight_stand.h"

namespace certhealth {
namespace {

namespace fs = std::filesystem;
using enum PreflightOutcome;
using testing::HasSubstr;
using Stand = PreflightStand;

TEST(PreflightCollector, SeesThatTheWebrootIsServedAndLeavesItAsItWas) {
  Stand stand;
  const FakePeer web(ServeFiles(stand.tree.Path("www")));
  stand.options.http_port = web.port();
  const PreflightFinding finding = stand.First(PreflightCheck::kHttp01);
  EXPECT_EQ(finding.outcome, kPassed) << finding.detail;
  EXPECT_TRUE(fs::is_empty(stand.tree.Path("www")));
}

TEST(PreflightCollector, SeesThatAnotherDirectoryIsServed) {
  Stand stand;
  const FakePeer web(ServeFiles(stand.tree.MakeDirectory("other")));
  stand.options.http_port = web.port();
  const PreflightFinding finding = stand.First(PreflightCheck::kHttp01);
  EXPECT_EQ(finding.outcome, kFails);
  EXPECT_EQ(finding.problem, "webroot_not_served");
  EXPECT_EQ(finding.detail,
            "a.example does not serve " + stand.tree.Path("www") + ": 127.0.0.1 answers 404");
  EXPECT_TRUE(fs::is_empty(stand.tree.Path("www")));
}

TEST(PreflightCollector, SeesThatNobodyServes) {
  Stand stand;
  stand.options.http_port = ClosedPort();
  EXPECT_EQ(stand.First(PreflightCheck::kHttp01).outcome, kFails);
}

TEST(PreflightCollector, CannotTellOfAWebrootThatIsNotThere) {
  Stand stand;
  stand.conf().webroot_path = {"/nonexistent/www"};
  const PreflightFinding finding = stand.First(PreflightCheck::kHttp01);
  EXPECT_EQ(finding.outcome, kUnknown);
  EXPECT_THAT(finding.detail, HasSubstr("/nonexistent/www"));
  EXPECT_FALSE(fs::exists("/nonexistent"));
}

TEST(PreflightCollector, TriesThePortOfStandaloneWhereNobodyListens) {
  Stand stand;
  stand.conf().authenticator = "standalone";
  stand.conf().http01_port = ClosedPort();
  stand.machine.listeners.emplace();
  EXPECT_EQ(stand.First(PreflightCheck::kHttp01).outcome, kPassed);
  stand.conf().http01_address = "192.0.2.1";
  const PreflightFinding elsewhere = stand.First(PreflightCheck::kHttp01);
  EXPECT_EQ(elsewhere.problem, "standalone_port_taken");
  stand.conf().http01_address.clear();
  const FakePeer hidden([](FakeConnection&) {});
  stand.conf().http01_port = hidden.port();
  EXPECT_EQ(stand.First(PreflightCheck::kHttp01).problem, "standalone_port_taken");
}

TEST(PreflightCollector, AsksTheDnsOnlyForWhatHttp01Needs) {
  Stand stand;
  stand.rcode = 3;
  EXPECT_EQ(stand.First(PreflightCheck::kDns).problem, "dns_unresolved");
  stand.conf().authenticator = "dns-rfc2136";
  const CollectorRun run = stand.Look({PreflightCheck::kDns});
  EXPECT_TRUE(run.preflight->lineages.at({"/etc/letsencrypt", "a"}).empty());
}

TEST(PreflightCollector, NeedsNoAddressOfAWildcard) {
  Stand stand;
  stand.conf().authenticator = "manual";
  stand.leaf.dns_names = {"a.example", "*.a.example", "*.b.example"};
  EXPECT_EQ(stand.First(PreflightCheck::kDns).outcome, kPassed);
  stand.asked = 0;
  stand.leaf.dns_names = {"*.a.example"};
  EXPECT_EQ(stand.First(PreflightCheck::kDns).outcome, kPassed);
  EXPECT_EQ(stand.asked, 0);
}

TEST(PreflightCollector, AsksTheAcmeServerForItsDirectory) {
  Stand stand;
  const PreflightFinding finding = stand.First(PreflightCheck::kAcme);
  EXPECT_EQ(finding.problem, "ca_unreachable");
  EXPECT_EQ(finding.outcome, kFails);
}

TEST(PreflightCollector, AsksForEachNameOfEachLineage) {
  Stand stand;
  stand.leaf.dns_names = {"a.example", "www.a.example", "shop.a.example"};
  const FakePeer web(ServeFiles(stand.tree.Path("www")));
  stand.options.http_port = web.port();
  const CollectorRun run =
      stand.Look({PreflightCheck::kDns, PreflightCheck::kHttp01, PreflightCheck::kCaa});
  const auto& findings = run.preflight->lineages.at({"/etc/letsencrypt", "a"});
  ASSERT_FALSE(findings.empty());
  for (const PreflightFinding& finding : findings) {
    EXPECT_TRUE(finding.problem.empty()) << finding.detail;
  }
}

TEST(PreflightCollector, DoesNotFollowARedirectToTheMachineOfOthers) {
  Stand stand;
  const FakePeer web([](FakeConnection& client) {
    while (client.ReceiveLine().size() > 2) {
    }
    client.Send("HTTP/1.1 302 Moved\r\nLocation: http://other.example/x\r\n\r\n");
  });
  stand.options.http_port = web.port();
  const PreflightFinding finding = stand.First(PreflightCheck::kHttp01);
  EXPECT_EQ(finding.outcome, kUnknown);
  EXPECT_THAT(finding.detail, HasSubstr("other.example/x, which is not this machine's to ask"));
}

}  // namespace
}  // namespace certhealth
