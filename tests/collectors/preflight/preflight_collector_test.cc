// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/preflight_collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/fake_clock.h"
#include "tests/support/fake_dns.h"
#include "tests/support/fake_peer.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

namespace fs = std::filesystem;
using enum PreflightOutcome;
using testing::HasSubstr;

/// Serves the files below `root`, and each is one answer.
FakePeer::Script ServeFiles(std::string root) {
  return [root = std::move(root)](FakeConnection& client) {
    const std::string request = client.ReceiveLine();
    while (client.ReceiveLine().size() > 2) {
    }
    if (request.size() < 15) return;
    std::ifstream file(root + request.substr(4, request.rfind(' ') - 4));
    std::stringstream text;
    text << file.rdbuf();
    client.Send(file ? "HTTP/1.1 200 OK\r\n\r\n" + text.str() : "HTTP/1.1 404 No\r\n\r\n");
  };
}

/// One lineage by webroot for a.example, and a machine to look at it.
struct Stand {
  Stand() : dns([this](const DnsQuestion& question) { return Answer(question); }) {
    lineage.name = "a";
    lineage.has_conf = true;
    conf().authenticator = "webroot";
    conf().webroot_path = {tree.MakeDirectory("www")};
    conf().server = "https://127.0.0.1:" + std::to_string(ClosedPort()) + "/dir";
    leaf.dns_names = {"a.example"};
    machine.roots.emplace_back().config_dir = "/etc/letsencrypt";
    const std::string address = dns.address();
    options.resolver = {
        *ParseIpAddress("127.0.0.1"),
        static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1)))};
    options.timeout = std::chrono::seconds{5};
  }

  RenewalConf& conf() { return lineage.conf.conf; }

  std::optional<DnsReply> Answer(const DnsQuestion& question) {
    ++asked;
    if (is_silent || (is_silent_on_caa && question.type == DnsType::kCaa)) return std::nullopt;
    if (rcode != 0 || question.type != DnsType::kA) return DnsReply{rcode, {}};
    return DnsReply{0, {ARecord(question.name.ends_with("a.example") ? "127.0.0.1" : "192.0.2.7")}};
  }

  Snapshot Known() {
    Bundle bundle;
    bundle.source = Source::kCertbot;
    lineage.newest = std::make_shared<const Certificate>(leaf);
    bundle.chain = {lineage.newest};
    bundle.lineage = std::make_shared<const Lineage>(lineage);
    CollectorRun seen;
    seen.certbot = std::make_shared<const CertbotMachine>(machine);
    seen.bundles = {std::make_shared<const Bundle>(bundle)};
    Snapshot known;
    known.runs = {std::make_shared<const CollectorRun>(seen)};
    return known;
  }

  PreflightCollector CollectorFor(std::set<PreflightCheck> checks) {
    options.checks = std::move(checks);
    const auto pause = [this](std::chrono::milliseconds span) {
      paused += span;
      if (in_pause) in_pause();
    };
    return {{*files, clock, certificates, pause}, options};
  }

  CollectorRun Look(std::set<PreflightCheck> checks) {
    return CollectorFor(std::move(checks)).Look(Known());
  }

  PreflightFinding First(PreflightCheck check) {
    const CollectorRun run = Look({check});
    const auto& findings = run.preflight->lineages.at({"/etc/letsencrypt", "a"});
    EXPECT_EQ(findings.size(), 1U);
    return findings.empty() ? PreflightFinding{} : findings.front();
  }

  const TemporaryTree tree;
  const std::unique_ptr<FileSystem> files = MakePosixFileSystem("/");
  FakeClock clock;
  CertificateReader certificates;
  std::chrono::milliseconds paused{};
  std::function<void()> in_pause;
  std::atomic<int> rcode = 0;
  std::atomic<int> asked = 0;
  bool is_silent = false;
  bool is_silent_on_caa = false;
  const FakeDns dns;
  CertbotMachine machine;
  Lineage lineage;
  Certificate leaf;
  PreflightOptions options;
};

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

TEST(PreflightCollector, IsCertainOnlyOfWhatRepeats) {
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

TEST(PreflightCollector, IsNotCertainOfWhatOnlyTheSecondLookMet) {
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

TEST(PreflightCollector, SweepsWhatAKilledProcessLeft) {
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

TEST(PreflightCollector, SweepsInEachRoundWhatWasTooYoungInTheOneBefore) {
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

TEST(PreflightCollector, GivesUpInTimeWhereTheDnsIsSilent) {
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

TEST(PreflightCollector, SeesTheWebrootServedWhereNobodyAnswersForCaa) {
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

TEST(PreflightCollector, GivesUpInTime) {
  Stand stand;
  const FakePeer silent([](FakeConnection& client) { client.AwaitEnd(); });
  stand.options.http_port = silent.port();
  stand.options.timeout = std::chrono::milliseconds{600};
  const auto start = std::chrono::steady_clock::now();
  stand.Look({PreflightCheck::kHttp01});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{5});
  EXPECT_TRUE(fs::is_empty(stand.tree.Path("www")));
}

TEST(PreflightCollector, SaysHowLongItHolds) {
  Stand stand;
  const CollectorRun run = stand.Look({});
  EXPECT_GT(run.preflight->valid_until, run.finished + std::chrono::hours{1});
  EXPECT_LT(run.preflight->valid_until, run.finished + std::chrono::hours{3});
}

}  // namespace
}  // namespace certhealth
