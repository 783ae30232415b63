// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/caa_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/preflight/caa.h"

namespace certhealth {
namespace {

using enum CaaVerdict;
using Records = std::vector<CaaRecord>;

constexpr std::string_view kAccount = "https://acme-v02.api.letsencrypt.org/acme/acct/42";

CaaRecord Issue(std::string value) { return {false, "issue", std::move(value)}; }
CaaRecord IssueWild(std::string value) { return {false, "issuewild", std::move(value)}; }
CaaRecord OfLowestFlag(std::string tag) { return {false, std::move(tag), "x", true}; }
CaaRecord Critical(std::string tag) { return {true, std::move(tag), "x"}; }

CaaQuestion LetsEncrypt() {
  return {false, {"letsencrypt.org"}, std::string(kAccount), {"http-01"}, Rfc8657::kHonours};
}

CaaQuestion Changed(void (*change)(CaaQuestion&)) {
  CaaQuestion question = LetsEncrypt();
  change(question);
  return question;
}

struct Row {
  std::string_view what;
  Records records;
  CaaVerdict verdict;
  CaaQuestion question = LetsEncrypt();
};

std::vector<Row> Rfc8659Rows() {
  const CaaQuestion wildcard = Changed([](CaaQuestion& q) { q.is_wildcard = true; });
  const CaaQuestion lowest =
      Changed([](CaaQuestion& q) { q.critical_flag = CriticalFlag::kHighestOrLowest; });
  const CaaQuestion nobody = Changed([](CaaQuestion& q) { q.identities.clear(); });
  return {
      {"no record at all", {}, kPermits},
      {"the CA is named", {Issue("letsencrypt.org")}, kPermits},
      {"in capitals", {{false, "ISSUE", "LetsEncrypt.ORG"}}, kPermits},
      {"with blanks", {Issue(" letsencrypt.org ;")}, kPermits},
      {"another CA", {Issue("ca.example")}, kForbids},
      {"a domain below the CA's", {Issue("x.letsencrypt.org")}, kForbids},
      {"one of two", {Issue("ca.example"), Issue("letsencrypt.org")}, kPermits},
      {"nobody", {Issue(";")}, kForbids},
      {"nobody, by an empty value", {Issue("")}, kForbids},
      {"nobody and the CA", {Issue(";"), Issue("letsencrypt.org")}, kPermits},
      {"what is no domain", {Issue("lets encrypt.org")}, kForbids},
      {"a broken parameter", {Issue("letsencrypt.org; x")}, kForbids},
      {"an unknown parameter", {Issue("letsencrypt.org; x=y")}, kPermits},
      {"iodef alone", {{false, "iodef", "mailto:a@b.example"}}, kPermits},
      {"issuewild alone, and no wildcard", {IssueWild("ca.example")}, kPermits},
      {"issuewild alone, and a wildcard", {IssueWild("ca.example")}, kForbids, wildcard},
      {"issue alone, and a wildcard", {Issue("letsencrypt.org")}, kPermits, wildcard},
      {"issue alone of another, and a wildcard", {Issue("ca.example")}, kForbids, wildcard},
      {"issuewild before issue",
       {Issue("letsencrypt.org"), IssueWild("ca.example")},
       kForbids,
       wildcard},
      {"issuewild does not bind other names",
       {Issue("letsencrypt.org"), IssueWild("ca.example")},
       kPermits},
      {"issuewild permits what issue does not",
       {Issue(";"), IssueWild("letsencrypt.org")},
       kPermits,
       wildcard},
      {"an unknown property", {{false, "tbs", "x"}}, kPermits},
      {"an unknown critical property", {Critical("tbs"), Issue("letsencrypt.org")}, kForbids},
      {"a property whose flag only some take for critical", {OfLowestFlag("tbs")}, kPermits},
      {"the same at a CA that does", {OfLowestFlag("tbs")}, kForbids, lowest},
      {"the same of a known property", {OfLowestFlag("iodef")}, kPermits, lowest},
      {"a critical property that some know", {Critical("contactemail")}, kMayForbid},
      {"a critical issue", {{true, "issue", "letsencrypt.org"}}, kPermits},
      {"a CA that nothing is known of", {Issue("ca.example")}, kUnknown, nobody},
      {"nobody, not even an unknown CA", {Issue(";")}, kForbids, nobody},
  };
}

std::vector<Row> Rfc8657Rows() {
  const std::string mine = "letsencrypt.org; accounturi=" + std::string(kAccount);
  const std::string other = "letsencrypt.org; accounturi=https://x.example/acct/1";
  const CaaQuestion no_account = Changed([](CaaQuestion& q) { q.account_uri.reset(); });
  const CaaQuestion no_method = Changed([](CaaQuestion& q) { q.methods.clear(); });
  const CaaQuestion other_ca = Changed([](CaaQuestion& q) { q.rfc8657 = Rfc8657::kMayHonour; });
  return {
      {"this account", {Issue(mine)}, kPermits},
      {"this account, as ACME v1 had it",
       {Issue("letsencrypt.org; accounturi=https://acme-v01.api.letsencrypt.org/acme/reg/42")},
       kPermits},
      {"another account", {Issue(other)}, kForbids},
      {"one of two accounts", {Issue(other), Issue(mine)}, kPermits},
      {"two accounts in one property", {Issue(mine + "; accounturi=x:y")}, kForbids},
      {"an account that cannot be compared", {Issue(other)}, kUnknown, no_account},
      {"another account, and a CA that may not care", {Issue(other)}, kMayForbid, other_ca},
      {"the method", {Issue("letsencrypt.org; validationmethods=http-01")}, kPermits},
      {"the method among others",
       {Issue("letsencrypt.org;validationmethods=dns-01,http-01,ca-x")},
       kPermits},
      {"another method", {Issue("letsencrypt.org; validationmethods=dns-01")}, kForbids},
      {"a method that only begins so",
       {Issue("letsencrypt.org; validationmethods=http-011")},
       kForbids},
      {"no method", {Issue("letsencrypt.org; validationmethods=")}, kForbids},
      {"a method that is not known",
       {Issue("letsencrypt.org; validationmethods=dns-01")},
       kUnknown,
       no_method},
      {"the method, not the account", {Issue(other + "; validationmethods=http-01")}, kForbids},
  };
}

void Check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const CaaJudgement judgement = JudgeCaa(row.records, row.question);
    EXPECT_EQ(judgement.verdict, row.verdict) << row.what;
    EXPECT_EQ(judgement.why.empty(), row.verdict == kPermits) << row.what << judgement.why;
  }
}

TEST(CaaPolicy, FollowsRfc8659) { Check(Rfc8659Rows()); }

TEST(CaaPolicy, FollowsRfc8657) { Check(Rfc8657Rows()); }

TEST(CaaPolicy, ShowsWhatForbidsAsAZoneHasItAndWithoutItsBytes) {
  const Records records = {Issue("ca.example"), Issue("a\x01\xff")};
  EXPECT_EQ(JudgeCaa(records, LetsEncrypt()).why, "issue \"ca.example\", issue \"a?\xEF\xBF\xBD\"");
}

TEST(CaaPolicy, TakesManyRecordsInTheirOwnTime) {
  const Records many(20'000, Issue("ca.example; a=b"));
  EXPECT_LT(JudgeCaa(many, LetsEncrypt()).why.size(), 400U);
}

TEST(CaaIssuer, HasADomainAndItsParameters) {
  const auto issuer = ParseCaaIssuer("CA.Example ; Policy = ev ; accounturi=https://x/1");
  ASSERT_TRUE(issuer);
  EXPECT_EQ(issuer->domain, "ca.example");
  EXPECT_THAT(issuer->parameters, testing::ElementsAre(testing::Pair("policy", "ev"),
                                                       testing::Pair("accounturi", "https://x/1")));
  for (const char* broken : {"-ca.example", "ca..example", "ca.example ev", "ca.example; a b=c",
                             "ca.example; a=b c", "ca.example; =x", "%"})
    EXPECT_FALSE(ParseCaaIssuer(broken)) << broken;
}

TEST(CaaTree, ClimbsToTheTopLevelAndNoFurther) {
  EXPECT_THAT(CaaTree("A.b.Example."), testing::ElementsAre("a.b.example", "b.example", "example"));
  EXPECT_THAT(CaaTree("*.b.example"), testing::ElementsAre("b.example", "example"));
  EXPECT_THAT(CaaTree(""), testing::IsEmpty());
}

TEST(KnownCa, IsFoundByItsServer) {
  const auto name = [](std::string_view server) {
    const KnownCa* ca = FindKnownCa(server);
    return ca == nullptr ? "" : std::string(ca->name);
  };
  EXPECT_EQ(name("https://acme-v02.api.letsencrypt.org/directory"), "Let's Encrypt");
  EXPECT_EQ(name("https://ACME-staging-v02.api.letsencrypt.org:443/directory"), "Let's Encrypt");
  EXPECT_EQ(name("https://acme.zerossl.com/v2/DV90"), "ZeroSSL");
  EXPECT_EQ(name("https://dv.acme-v02.api.pki.goog/directory"), "Google Trust Services");
  EXPECT_EQ(name("https://api.letsencrypt.org.evil.example/directory"), "");
  EXPECT_EQ(name("https://xapi.letsencrypt.org/"), "");
  EXPECT_EQ(name("https://localhost:14000/dir"), "");
  EXPECT_EQ(HostOfServer("https://[::1]:14000/dir"), "::1");
  EXPECT_EQ(HostOfServer("nonsense"), "");
}

TEST(KnownCa, TakesAccountsOfBothEnvironmentsApart) {
  const std::string v1 = "https://acme-v01.api.letsencrypt.org/acme/reg/7";
  EXPECT_TRUE(IsSameAccount(v1, "https://acme-v02.api.letsencrypt.org/acme/acct/7"));
  EXPECT_FALSE(IsSameAccount(v1, "https://acme-v02.api.letsencrypt.org/acme/acct/77"));
  EXPECT_FALSE(IsSameAccount(v1, "https://acme-staging-v02.api.letsencrypt.org/acme/acct/7"));
  EXPECT_FALSE(IsSameAccount("https://x.example/1", "https://x.example/2"));
}

}  // namespace
}  // namespace certhealth
