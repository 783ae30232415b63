// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/http01_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

using enum PreflightOutcome;

IpAddress At(const char* text) { return *ParseIpAddress(text); }

FetchResult Answer(const char* address, int status, std::string body) {
  return {At(address), FetchEnd::kAnswered, status, std::move(body), {}};
}

FetchResult Good(const char* address) { return Answer(address, 200, "token\n"); }
FetchResult NotFound(const char* address) { return Answer(address, 404, "token"); }
FetchResult Ended(const char* address, FetchEnd end) { return {At(address), end, 0, {}, "why"}; }
FetchResult Refused(const char* address) { return Ended(address, FetchEnd::kNotConnected); }
FetchResult Silent(const char* address) { return Ended(address, FetchEnd::kConnectTimeout); }

RenewalTarget Target() {
  RenewalTarget target;
  target.server = "https://acme-v02.api.letsencrypt.org/directory";
  return target;
}

struct Row {
  std::string_view what;
  std::vector<FetchResult> fetches;
  PreflightOutcome outcome;
  std::optional<FetchResult> at_home = {};
};

PreflightFinding Judge(const Row& row, const OwnAddresses& own,
                       const RenewalTarget& target = Target()) {
  const std::vector<NameFetches> names = {
      {"a.example", "/var/www/a", "token", row.fetches, row.at_home}};
  return JudgeHttp01(target, names, own).front();
}

void Check(const std::vector<Row>& rows, const OwnAddresses& own) {
  for (const Row& row : rows) {
    const auto finding = Judge(row, own);
    EXPECT_EQ(finding.outcome, row.outcome) << row.what << ": " << finding.detail;
    const bool is_told = row.outcome == kFails || row.outcome == kMayFail;
    EXPECT_EQ(finding.problem, is_told ? "webroot_not_served" : "") << row.what;
  }
}

constexpr const char* kOwn4 = "198.15.0.1";
constexpr const char* kOwn6 = "2a00::1";
constexpr const char* kElse4 = "198.15.0.2";
constexpr const char* kElse6 = "2a00::2";

TEST(Http01Check, IsCertainOfWhatThisMachineAnswers) {
  Check(
      {
          {"the file", {Good(kOwn4)}, kPassed},
          {"404, whatever the body", {NotFound(kOwn4)}, kFails},
          {"another body", {Answer(kOwn4, 200, "welcome")}, kFails},
          {"more than the file", {Answer(kOwn4, 200, "token token")}, kFails},
          {"an error of the server's moment", {Answer(kOwn4, 503, "")}, kMayFail},
          {"a proxy whose server restarts", {Answer(kOwn4, 502, "")}, kMayFail},
          {"too many requests", {Answer(kOwn4, 429, "")}, kMayFail},
          {"nobody listens", {Refused(kOwn4)}, kFails},
          {"no answer to a request", {Ended(kOwn4, FetchEnd::kNoAnswer)}, kFails},
          {"no HTTP", {Ended(kOwn4, FetchEnd::kNotHttp)}, kFails},
          {"a forbidden redirect", {Ended(kOwn4, FetchEnd::kRedirectForbidden)}, kFails},
          {"a redirect to a dead host", {Ended(kOwn4, FetchEnd::kRedirectDead)}, kFails},
          {"a redirect that fails later", {Ended(kOwn4, FetchEnd::kRedirectFailed)}, kMayFail},
          {"a redirect to others", {Ended(kOwn4, FetchEnd::kRedirectNotTried)}, kUnknown},
          {"no time", {Ended(kOwn4, FetchEnd::kNotTried)}, kUnknown},
          {"no address", {}, kUnknown},
      },
      {{At(kOwn4), At(kOwn6)}, {}});
}

TEST(Http01Check, TakesIpv6FirstAndIpv4WhereNobodyAnswersTheCall) {
  Check(
      {
          {"IPv6 right, IPv4 wrong", {Good(kOwn6), NotFound(kOwn4)}, kPassed},
          {"IPv6 wrong, IPv4 right", {NotFound(kOwn6), Good(kOwn4)}, kFails},
          {"IPv6 refused, IPv4 right", {Refused(kOwn6), Good(kOwn4)}, kPassed},
          {"IPv6 refused, IPv4 wrong", {Refused(kOwn6), NotFound(kOwn4)}, kFails},
          {"both refused", {Refused(kOwn6), Refused(kOwn4)}, kFails},
          {"IPv6 not seen, IPv4 right", {Silent(kElse6), Good(kOwn4)}, kPassed},
          {"IPv6 not seen, IPv4 wrong", {Silent(kElse6), NotFound(kOwn4)}, kMayFail},
          {"one of two wrong", {Good(kOwn4), NotFound(kElse4)}, kMayFail},
          {"one of two refused", {Good(kOwn4), Refused("198.15.0.3")}, kMayFail},
      },
      {{At(kOwn4), At(kOwn6), At("198.15.0.3")}, {}});
}

TEST(Http01Check, IsCertainOfOthersOnlyByWhatTheyTellEverybody) {
  Check(
      {
          {"the file, by a balancer", {Good(kElse4)}, kPassed},
          {"404", {NotFound(kElse4)}, kFails},
          {"another body", {Answer(kElse4, 200, "parked")}, kFails},
          {"a gate", {Answer(kElse4, 403, "are you human?")}, kMayFail},
          {"an error", {Answer(kElse4, 502, "")}, kMayFail},
          {"refused", {Refused(kElse4)}, kMayFail},
          {"silence", {Silent(kElse4)}, kUnknown},
          {"no answer", {Ended(kElse4, FetchEnd::kNoAnswer)}, kUnknown},
          {"404 of a private address, to a public CA", {NotFound("10.0.0.9")}, kMayFail},
      },
      {{At(kOwn4)}, {}});
}

TEST(Http01Check, DoesNotTakeTheRouterForTheMachineBehindIt) {
  const OwnAddresses behind{{At("192.168.1.5")}, {}};
  const std::vector<Row> rows = {
      {"the file", {Good(kElse4)}, kPassed},
      {"404 here too", {NotFound(kElse4)}, kFails, NotFound("127.0.0.1")},
      {"404, and the file here", {NotFound(kElse4)}, kMayFail, Good("127.0.0.1")},
      {"404, and nobody here", {NotFound(kElse4)}, kMayFail, Refused("127.0.0.1")},
      {"404, and nobody asked here", {NotFound(kElse4)}, kMayFail},
      {"refused", {Refused(kElse4)}, kUnknown},
      {"silence", {Silent(kElse4)}, kUnknown},
      {"its own address, which a public CA never sees", {NotFound("192.168.1.5")}, kMayFail},
      {"nobody at its own address", {Refused("192.168.1.5")}, kMayFail},
  };
  Check(rows, behind);
  Check(rows, {{At("192.168.1.5")}, {*ParseAddressRange(kElse4)}});
  const NameFetches wrong{"a", "/w", "token", {NotFound(kElse4)}, {}};
  EXPECT_TRUE(NeedsLookAtHome(wrong, behind));
  EXPECT_FALSE(NeedsLookAtHome(wrong, {{At(kOwn4)}, {}}));
  EXPECT_FALSE(NeedsLookAtHome({"a", "/w", "token", {Good(kElse4)}, {}}, behind));
  EXPECT_FALSE(NeedsLookAtHome({"a", "/w", "token", {Refused(kElse4)}, {}}, behind));
}

TEST(Http01Check, IsCertainBehindNatWhereTheOperatorSaysThatItIsAnother) {
  const OwnAddresses declaring{{At("192.168.1.5")}, {*ParseAddressRange(kOwn4)}};
  EXPECT_EQ(Judge({"", {NotFound(kElse4)}, kFails}, declaring).outcome, kFails);
}

TEST(Http01Check, KnowsThatAPublicCaNeverSeesLoopback) {
  const Row row{"", {NotFound("127.0.0.1")}, kMayFail};
  EXPECT_EQ(Judge(row, {}).outcome, kMayFail);
  RenewalTarget target;
  target.server = "https://localhost:14000/dir";
  EXPECT_EQ(Judge(row, {}, target).outcome, kFails);
}

TEST(Http01Check, IsCertainOfAPrivateAddressToAPrivateCa) {
  RenewalTarget target;
  target.server = "https://ca.internal/directory";
  const OwnAddresses own{{At("192.168.1.5")}, {}};
  EXPECT_EQ(Judge({"", {NotFound("192.168.1.5")}, kFails}, own, target).outcome, kFails);
  EXPECT_EQ(Judge({"", {Refused("192.168.1.5")}, kFails}, own, target).outcome, kFails);
}

TEST(Http01Check, DoubtsWhatItMeetsWhereOthersMayMeetSomebodyElse) {
  Check(
      {
          {"nobody listens here, and others are redirected", {Refused(kOwn4)}, kMayFail},
          {"another server here", {NotFound(kOwn4)}, kMayFail},
          {"no answer here", {Ended(kOwn4, FetchEnd::kNoAnswer)}, kMayFail},
          {"nobody here by IPv6, the wrong one by IPv4",
           {Refused(kOwn6), NotFound(kOwn4)},
           kMayFail},
          {"the file", {Good(kOwn4)}, kPassed},
          {"what another machine tells everybody", {NotFound(kElse4)}, kFails},
      },
      {{At(kOwn4), At(kOwn6)}, {}, true});
  Check({{"404 through NAT, and here", {NotFound(kElse4)}, kMayFail, NotFound("127.0.0.1")}},
        {{At("192.168.1.5")}, {}, true});
}

TEST(Http01Check, DoesNotDoubtWhatACaOnThisMachineMeetsToo) {
  for (const char* server : {"https://localhost:14000/dir", "https://198.15.0.1/dir"}) {
    RenewalTarget target;
    target.server = server;
    EXPECT_EQ(Judge({"", {Refused(kOwn4)}, kFails}, {{At(kOwn4)}, {}, true}, target).outcome,
              kFails);
  }
}

TEST(Http01Check, KnowsByTheKernelsModulesWhetherPacketsMayBeSentElsewhere) {
  EXPECT_FALSE(HasNat("nf_tables 286720 0 - Live 0x0\nxt_nat_not 1 0 - Live 0x0\n"));
  EXPECT_FALSE(HasNat(""));
  EXPECT_TRUE(HasNat("ext4 1 1 - Live 0x0\nxt_REDIRECT 16384 1 - Live 0x0\n"));
  EXPECT_TRUE(HasNat("nft_chain_nat 16384 4"));
  EXPECT_TRUE(HasNat(std::nullopt));
}

TEST(Http01Check, SaysWhichNameWhichWebrootAndWhatCame) {
  EXPECT_EQ(Judge({"", {NotFound(kOwn4)}, kFails}, {{At(kOwn4)}, {}}).detail,
            "a.example does not serve /var/www/a: 198.15.0.1 answers 404");
  EXPECT_EQ(Judge({"", {Answer(kOwn4, 200, "x")}, kFails}, {{At(kOwn4)}, {}}).detail,
            "a.example does not serve /var/www/a: 198.15.0.1 serves something else");
}

TEST(Http01Check, LetsNamesBeLeftOutWhereTheConfDoes) {
  RenewalTarget target = Target();
  target.allow_subset_of_names = true;
  const NameFetches bad{"a.example", "/w", "token", {NotFound(kOwn4)}, {}};
  const NameFetches good{"b.example", "/w", "token", {Good(kOwn4)}, {}};
  const OwnAddresses own{{At(kOwn4)}, {}};
  EXPECT_EQ(JudgeHttp01(target, std::vector{bad, good}, own).front().outcome, kMayFail);
  EXPECT_EQ(JudgeHttp01(target, std::vector{bad}, own).front().outcome, kFails);
  target.names = {"a.example", "b.example"};  // and nobody could ask for the second
  EXPECT_EQ(JudgeHttp01(target, std::vector{bad}, own).front().outcome, kMayFail);
}

}  // namespace
}  // namespace certhealth
