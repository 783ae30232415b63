// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/dns_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/preflight/caa_check.h"

namespace certhealth {
namespace {

using enum PreflightOutcome;

IpAddress At(const char* text) { return *ParseIpAddress(text); }

RenewalTarget Target(std::vector<std::string> names = {"a.example"}) {
  RenewalTarget target;
  target.names = std::move(names);
  target.method = ChallengeMethod::kHttp01;
  target.server = "https://acme-v02.api.letsencrypt.org/directory";
  return target;
}

NameAddresses Found(std::vector<const char*> addresses, std::string name = "a.example") {
  NameAddresses lookup;
  lookup.name = std::move(name);
  lookup.status = DnsStatus::kAnswered;
  for (const char* address : addresses) lookup.addresses.push_back(At(address));
  return lookup;
}

NameAddresses Failed(DnsStatus status, bool is_bogus = false, std::string name = "a.example") {
  return {std::move(name), status, is_bogus, {}, false, "SERVFAIL"};
}

/// A machine of the internet, and one behind NAT.
OwnAddresses Server() { return {{At("198.15.0.1"), At("2a00::1")}, {}}; }
OwnAddresses BehindNat() { return {{At("192.168.1.5")}, {}}; }
OwnAddresses Declaring(const char* range) {
  return {{At("192.168.1.5")}, {*ParseAddressRange(range)}};
}

struct Row {
  std::string_view what;
  NameAddresses lookup;
  OwnAddresses own;
  PreflightOutcome outcome;
  std::string_view problem = {};
};

TEST(DnsCheck, TellsEachWayInWhichANameFailsApart) {
  constexpr std::string_view kUnresolved = "dns_unresolved";
  constexpr std::string_view kElsewhere = "dns_points_elsewhere";
  const std::vector<Row> rows = {
      {"its own", Found({"198.15.0.1"}), Server(), kPassed},
      {"both families", Found({"2a00::1", "198.15.0.1"}), Server(), kPassed},
      {"loopback", Found({"127.0.0.53", "::1"}), Server(), kPassed},
      {"its own are not known", Found({"192.168.1.5"}), {}, kUnknown},
      {"NXDOMAIN", Failed(DnsStatus::kNoName), Server(), kFails, kUnresolved},
      {"no address", Failed(DnsStatus::kNoData), Server(), kFails, kUnresolved},
      {"SERVFAIL", Failed(DnsStatus::kServerFailed), Server(), kFails, kUnresolved},
      {"DNSSEC", Failed(DnsStatus::kServerFailed, true), Server(), kFails, kUnresolved},
      {"silence", Failed(DnsStatus::kTimeout), Server(), kUnknown},
      {"no resolver", Failed(DnsStatus::kUnreachable), Server(), kUnknown},
      {"another machine", Found({"198.15.0.2"}), Server(), kMayFail, kElsewhere},
      {"IPv6 elsewhere", Found({"2a00::2", "198.15.0.1"}), Server(), kMayFail, kElsewhere},
      {"one of two elsewhere", Found({"198.15.0.1", "198.15.0.2"}), Server(), kMayFail, kElsewhere},
      {"NAT, which may be ours", Found({"198.15.0.2"}), BehindNat(), kUnknown},
      {"NAT, declared", Found({"198.15.0.2"}), Declaring("198.15.0.2"), kPassed},
      {"a balancer's range", Found({"198.15.0.2"}), Declaring("198.15.0.0/24"), kPassed},
      {"not what is declared", Found({"198.15.1.2"}), Declaring("198.15.0.0/24"), kFails,
       kElsewhere},
      {"another private address", Found({"192.168.1.6"}), BehindNat(), kMayFail, kElsewhere},
  };
  for (const Row& row : rows) {
    const std::vector<NameAddresses> lookups = {row.lookup};
    const auto findings = JudgeDns(Target(), lookups, row.own);
    ASSERT_EQ(findings.size(), 1U) << row.what;
    EXPECT_EQ(findings[0].outcome, row.outcome) << row.what << ": " << findings[0].detail;
    EXPECT_EQ(findings[0].problem, row.problem) << row.what;
  }
}

TEST(DnsCheck, SaysWhichNamesAndWhyAndNotMoreThanAFew) {
  std::vector<NameAddresses> lookups;
  for (const char* name : {"a.example", "b.example", "c.example", "d.example", "e.example"})
    lookups.push_back(Failed(DnsStatus::kNoName, false, name));
  const auto findings = JudgeDns(Target(), lookups, Server());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].detail,
            "a.example does not exist (NXDOMAIN); b.example does not exist (NXDOMAIN); c.example "
            "does not exist (NXDOMAIN); and 2 more");
}

TEST(DnsCheck, IsCertainOfAPrivateAddressWithoutARoute) {
  std::vector<NameAddresses> lookups = {Found({"192.168.9.9"})};
  EXPECT_EQ(JudgeDns(Target(), lookups, BehindNat())[0].outcome, kMayFail);
  lookups[0].has_no_route = true;
  EXPECT_EQ(JudgeDns(Target(), lookups, BehindNat())[0].outcome, kFails);
  lookups = {Found({"2a00::9"})};  // a balancer, seen from a machine without IPv6
  lookups[0].has_no_route = true;
  EXPECT_EQ(JudgeDns(Target(), lookups, Server())[0].outcome, kMayFail);
  EXPECT_TRUE(HasRoute(At("127.0.0.1")));
}

TEST(DnsCheck, LetsNamesBeLeftOutWhereTheConfDoes) {
  RenewalTarget target = Target();
  target.allow_subset_of_names = true;
  std::vector<NameAddresses> lookups = {Failed(DnsStatus::kNoName), Found({"198.15.0.1"}, "b")};
  EXPECT_EQ(JudgeDns(target, lookups, Server())[0].outcome, kMayFail);
  lookups.pop_back();
  EXPECT_EQ(JudgeDns(target, lookups, Server())[0].outcome, kFails);
}

TEST(DnsCheck, LetsNamesThatLeadElsewhereBeLeftOutToo) {
  RenewalTarget target = Target({"a.example", "b.example"});
  target.allow_subset_of_names = true;
  const OwnAddresses own = Declaring("198.15.0.1");
  const NameAddresses here = Found({"198.15.0.1"}, "a.example");
  const NameAddresses elsewhere = Found({"198.15.9.9"}, "b.example");
  const NameAddresses dead = Failed(DnsStatus::kNoName);
  const auto outcome = [&](std::vector<NameAddresses> lookups) {
    return JudgeDns(target, lookups, own)[0].outcome;
  };
  EXPECT_EQ(outcome({here, elsewhere}), kMayFail);
  EXPECT_EQ(outcome({dead, elsewhere}), kFails);
  EXPECT_EQ(outcome({elsewhere, elsewhere}), kFails);
  EXPECT_EQ(outcome({elsewhere}), kMayFail) << "the other one is a wildcard, and may do";
}

TEST(DnsCheck, IsNotCertainOfAZoneThatTheInternetMayHaveOtherwise) {
  std::vector<NameAddresses> lookups = {Failed(DnsStatus::kNoName)};
  const auto outcome = [&](const OwnAddresses& own, RenewalTarget target = Target()) {
    return JudgeDns(target, lookups, own)[0].outcome;
  };
  lookups[0].is_authoritative = true;
  EXPECT_EQ(outcome(Server()), kFails) << "a resolver that was named for its view";
  lookups[0].by_own_resolver = true;
  EXPECT_EQ(outcome(Server()), kMayFail);
  RenewalTarget to_private_ca = Target();
  to_private_ca.server = "https://ca.internal/directory";
  EXPECT_EQ(outcome(Server(), to_private_ca), kFails);
  lookups[0].is_authoritative = false;
  EXPECT_EQ(outcome(Server()), kFails);
  lookups = {Found({"10.0.0.5"})};  // the balancer, from inside
  EXPECT_EQ(outcome(Declaring("198.15.0.1")), kFails);
  lookups[0].by_own_resolver = true;
  EXPECT_EQ(outcome(Declaring("198.15.0.1")), kMayFail);
}

TEST(DnsCheck, PutsTheWorstFirstAndEachProblemOnce) {
  const std::vector<NameAddresses> lookups = {Failed(DnsStatus::kTimeout), Found({"198.15.0.2"}),
                                              Failed(DnsStatus::kNoName)};
  const auto findings = JudgeDns(Target(), lookups, Server());
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].problem, "dns_unresolved");
  EXPECT_EQ(findings[1].problem, "dns_points_elsewhere");
  EXPECT_EQ(findings[2].outcome, kUnknown);
}

TEST(DnsCheck, AsksAboutTheNameBehindAWildcard) {
  EXPECT_EQ(NameBehindWildcard("*.a.example"), "a.example");
  EXPECT_EQ(NameBehindWildcard("a.example"), "a.example");
}

RelevantCaa Caa(std::string value, std::string found_at = "a.example") {
  return {"a.example", DnsStatus::kAnswered, std::move(found_at), {{false, "issue", value}}, false};
}

PreflightFinding JudgeOneCaa(const RenewalTarget& target, RelevantCaa lookup,
                             const CaaContext& context = {}) {
  const std::vector<RelevantCaa> lookups = {std::move(lookup)};
  return JudgeCaaRecords(target, lookups, context).front();
}

TEST(CaaCheck, NamesTheRecordThePlaceAndTheCa) {
  const auto finding = JudgeOneCaa(Target(), Caa("ca.example", "example"));
  EXPECT_EQ(finding.outcome, kFails);
  EXPECT_EQ(finding.problem, "caa_forbids");
  EXPECT_EQ(finding.detail,
            "CAA of example, for a.example: issue \"ca.example\": Let's Encrypt may not issue");
  EXPECT_EQ(JudgeOneCaa(Target(), Caa("letsencrypt.org")).outcome, kPassed);
}

TEST(CaaCheck, GoesByTheMethodOfTheConfAndOfWildcards) {
  const RelevantCaa dns_only = Caa("letsencrypt.org; validationmethods=dns-01");
  RenewalTarget target = Target();
  EXPECT_EQ(JudgeOneCaa(target, dns_only).outcome, kFails);
  target.method = ChallengeMethod::kDns01;
  EXPECT_EQ(JudgeOneCaa(target, dns_only).outcome, kPassed);
  target.method = ChallengeMethod::kUnknown;
  EXPECT_EQ(JudgeOneCaa(target, dns_only).outcome, kUnknown);
  target.names = {"*.a.example"};
  EXPECT_EQ(JudgeOneCaa(target, dns_only).outcome, kPassed);
}

TEST(CaaCheck, KnowsAPrivateCaByWhatItPublishes) {
  RenewalTarget target = Target();
  target.server = "https://ca.internal/directory";
  EXPECT_EQ(JudgeOneCaa(target, Caa("ca.example")).outcome, kUnknown);
  EXPECT_EQ(JudgeOneCaa(target, Caa("ca.example"), {{"ca.example"}, {}}).outcome, kPassed);
  EXPECT_EQ(JudgeOneCaa(target, Caa("ca.example"), {{"ca.internal"}, {}}).outcome, kFails);
  EXPECT_EQ(JudgeOneCaa(target, Caa(";"), {{"ca.internal"}, {}}).outcome, kFails);
}

TEST(CaaCheck, IsNotCertainOfACaThatMayNotLookAtCaa) {
  RenewalTarget target = Target();
  target.server = "https://ca.internal/directory";
  EXPECT_EQ(JudgeOneCaa(target, Caa(";")).outcome, kMayFail);
  RelevantCaa critical = Caa(";");
  critical.records = {{true, "tbs", "x"}};
  EXPECT_EQ(JudgeOneCaa(target, critical).outcome, kMayFail);
  EXPECT_EQ(JudgeOneCaa(Target(), critical).outcome, kFails);
  const RelevantCaa failed{"a.example", DnsStatus::kServerFailed, "a.example", {}, false};
  EXPECT_EQ(JudgeOneCaa(target, failed).outcome, kMayFail);
}

TEST(CaaCheck, TakesAnErrorForCertainOnlyWhereTheWholeZoneFails) {
  RelevantCaa lookup{"a.example", DnsStatus::kServerFailed, "a.example", {}, false};
  EXPECT_EQ(JudgeOneCaa(Target(), lookup).outcome, kFails);
  lookup.has_addresses = true;
  EXPECT_EQ(JudgeOneCaa(Target(), lookup).outcome, kMayFail);
  lookup.status = DnsStatus::kTimeout;
  EXPECT_EQ(JudgeOneCaa(Target(), lookup).outcome, kUnknown);
  lookup.status = DnsStatus::kNoData;
  EXPECT_EQ(JudgeOneCaa(Target(), lookup).outcome, kPassed);
}

TEST(OwnAddresses, AreRangesOfEitherFamily) {
  const auto contains = [](const char* range, const char* address) {
    return ParseAddressRange(range)->Contains(At(address));
  };
  EXPECT_TRUE(contains("10.1.0.0/15", "10.0.255.1"));
  EXPECT_FALSE(contains("10.2.0.0/15", "10.1.255.1"));
  EXPECT_TRUE(contains("0.0.0.0/0", "255.0.0.1"));
  EXPECT_FALSE(contains("0.0.0.0/0", "::1"));
  EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(contains("2001:db8::1", "2001:db8::1"));
  for (const char* broken : {"", "x", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/8x", "/8"})
    EXPECT_FALSE(ParseAddressRange(broken)) << broken;
}

TEST(OwnAddresses, OfThisMachineHaveLoopback) {
  EXPECT_THAT(InterfaceAddresses(), testing::Contains(At("127.0.0.1")));
  EXPECT_TRUE(OwnAddresses{}.IsHere(At("127.8.0.1")));
  EXPECT_FALSE(OwnAddresses{}.IsHere(At("::2")));
}

}  // namespace
}  // namespace certhealth
