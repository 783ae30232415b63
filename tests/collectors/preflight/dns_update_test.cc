// SPDX-License-Identifier: Apache-2.0
// The DNS server of a lineage's credentials: what it is asked, and what its answers come to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "tests/support/preflight_stand.h"

namespace certhealth {
namespace {

using enum PreflightOutcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kSecret = "c2VjcmV0";
constexpr std::uint32_t kExpire = 86400;

/// One lineage of dns-rfc2136 for a.example, and a server that has the zone and knows the key.
struct Stand : PreflightStand {
  Stand() : server([this](const DnsQuestion& question) { return AnswerOfServer(question); }) {
    conf().authenticator = "dns-rfc2136";
    machine.roots[0].running_version = "5.8.0";
    machine.roots[0].pre_hooks.seen = true;
    options.keys = ReadKeys::kYes;
    const std::string address = server.address();
    Write(address.substr(address.find(':') + 1), "HMAC-SHA512");
  }

  void Write(const std::string& port, const std::string& algorithm, const std::string& more = "") {
    const std::string path = tree.Write(
        "dns.ini",
        "dns_rfc2136_server = 127.0.0.1\ndns_rfc2136_port = " + port +
            "\ndns_rfc2136_name = certbot\ndns_rfc2136_secret = " + std::string(kSecret) +
            "\ndns_rfc2136_algorithm = " + algorithm + "\n" + more);
    conf().credentials = {{"dns_rfc2136_credentials", path}};
    machine.credentials = {{path, ReadCredentialsFile(*files, path)}};
  }

  std::optional<DnsReply> AnswerOfServer(const DnsQuestion& question) {
    const std::lock_guard lock(mutex);
    EXPECT_EQ(question.type, DnsType::kSoa);
    EXPECT_FALSE(question.is_recursive);
    questions.push_back((question.is_signed ? "signed " : "") + question.name);
    DnsReply reply;
    reply.is_authoritative = true;
    if (question.is_signed && tsig_error) {
      reply.rcode = *tsig_error == 0 ? 0 : 9;
      reply.additional = {TsigRecord(*tsig_error)};
    }
    const bool is_hidden = needs_signature && !question.is_signed;
    if (question.name == "a.example" && reply.rcode == 0 && !is_hidden) {
      reply.records = {SoaRecord(kExpire)};
      if (question.asks_expire && expires_in) reply.additional = {ExpireRecord(*expires_in)};
    } else if (reply.rcode == 0) {
      reply.rcode = is_hidden ? 5 : 3;
    }
    return reply;
  }

  PreflightFinding Dns() { return First(PreflightCheck::kDns); }

  std::mutex mutex;
  std::vector<std::string> questions;
  std::optional<int> tsig_error = 0;
  std::optional<std::uint32_t> expires_in = kExpire;
  bool needs_signature = false;
  const FakeDns server;
};

TEST(DnsUpdate, IsAskedForTheZoneAsCertbotDoesAndOnceWithTheKey) {
  Stand stand;
  stand.leaf.dns_names = {"shop.a.example", "*.shop.a.example", "www.a.example"};
  const PreflightFinding finding = stand.Dns();
  EXPECT_EQ(finding.outcome, kPassed) << finding.detail;
  EXPECT_THAT(stand.questions,
              ElementsAre("_acme-challenge.shop.a.example", "shop.a.example", "a.example",
                          "_acme-challenge.www.a.example", "www.a.example", "signed a.example"));
}

TEST(DnsUpdate, ReadsNoSecretUnlessThatIsAllowed) {
  Stand stand;
  stand.options.keys = ReadKeys::kNo;
  stand.tsig_error = 16;
  EXPECT_EQ(stand.Dns().outcome, kPassed);
  EXPECT_THAT(stand.questions, ElementsAre("_acme-challenge.a.example", "a.example"));
}

TEST(DnsUpdate, FailsWhereNobodyListens) {
  Stand stand;
  const std::string port = std::to_string(ClosedPort());
  stand.Write(port, "HMAC-SHA512");
  const PreflightFinding finding = stand.Dns();
  EXPECT_EQ(finding.outcome, kFails);
  EXPECT_EQ(finding.problem, "dns_update_refused");
  EXPECT_THAT(finding.detail, HasSubstr("127.0.0.1 port " + port + " of "));
  EXPECT_THAT(finding.detail, HasSubstr("Connection refused"));
  stand.conf().pre_hook = "/usr/local/bin/open-tunnel";
  EXPECT_EQ(stand.Dns().outcome, kMayFail) << "the hook may bring it";
}

TEST(DnsUpdate, MayFailWhereTheConnectionIsClosedWithoutAnAnswer) {
  Stand stand;
  const FakePeer rude([](FakeConnection&) {});
  stand.Write(std::to_string(rude.port()), "HMAC-SHA512");
  EXPECT_EQ(stand.Dns().outcome, kMayFail);
}

TEST(DnsUpdate, MayFailWhereNothingIsAnswered) {
  Stand stand;
  stand.options.timeout = std::chrono::milliseconds{200};
  const FakePeer silent([](FakeConnection& client) { client.AwaitEnd(); });
  stand.Write(std::to_string(silent.port()), "HMAC-SHA512");
  EXPECT_EQ(stand.Dns().outcome, kMayFail);
}

TEST(DnsUpdate, SaysNothingOfAnAnswerThatIsNone) {
  Stand stand;
  const FakePeer odd([](FakeConnection& client) {
    client.Receive();
    client.Send(std::string("\0\x04spam", 6));
  });
  stand.Write(std::to_string(odd.port()), "HMAC-SHA512");
  EXPECT_EQ(stand.Dns().outcome, kPassed);
}

TEST(DnsUpdate, FailsWhereTheSecretOrTheClockIsAnother) {
  Stand stand;
  stand.tsig_error = 16;
  const PreflightFinding secret = stand.Dns();
  EXPECT_EQ(secret.outcome, kFails);
  EXPECT_THAT(secret.detail, HasSubstr("has another secret for the key (BADSIG, hmac-sha512)"));
  EXPECT_THAT(secret.detail, Not(HasSubstr(std::string(kSecret))));
  stand.tsig_error = 18;
  EXPECT_THAT(stand.Dns().detail, HasSubstr("more than five minutes apart"));
  EXPECT_EQ(stand.Dns().outcome, kFails);
}

TEST(DnsUpdate, IsCertainThatAPrimaryDoesNotKnowTheKey) {
  Stand stand;
  stand.tsig_error = 17;
  EXPECT_EQ(stand.Dns().outcome, kFails);
  EXPECT_THAT(stand.Dns().detail, HasSubstr("does not know the key, or not with hmac-sha512"));
}

TEST(DnsUpdate, AllowsForASecondaryThatForwardsWhatItDoesNotKnow) {
  Stand stand;
  stand.tsig_error = 17;
  for (const std::optional<std::uint32_t> left :
       std::vector<std::optional<std::uint32_t>>{kExpire - 1, std::nullopt}) {
    stand.expires_in = left;
    EXPECT_EQ(stand.Dns().outcome, kMayFail);
  }
  // From 1.32 to 2.5 certbot signed its questions too, which a secondary answers itself.
  stand.machine.roots[0].running_version = "2.1.0";
  EXPECT_EQ(stand.Dns().outcome, kFails);
}

TEST(DnsUpdate, SaysNothingOfAServerThatDoesNotLookAtTheKey) {
  Stand stand;
  stand.tsig_error = std::nullopt;
  EXPECT_EQ(stand.Dns().outcome, kPassed);
}

TEST(DnsUpdate, FailsWhereTheServerHasNoZone) {
  Stand stand;
  stand.leaf.dns_names = {"a.example", "b.example"};
  const PreflightFinding finding = stand.Dns();
  EXPECT_EQ(finding.outcome, kFails);
  EXPECT_THAT(finding.detail, HasSubstr("has no zone for b.example"));
  stand.conf().allow_subset_of_names = true;
  EXPECT_EQ(stand.Dns().outcome, kMayFail);
}

TEST(DnsUpdate, AsksWithTheKeyForWhatIsNotSaidWithoutIt) {
  Stand stand;
  stand.needs_signature = true;
  EXPECT_EQ(stand.Dns().outcome, kFails) << "certbot does not sign such questions";
  for (const char* version : {"2.1.0", ""}) {
    stand.machine.roots[0].running_version = version;
    stand.options.keys = ReadKeys::kYes;
    EXPECT_EQ(stand.Dns().outcome, kPassed) << version;
    EXPECT_EQ(stand.questions.back(), "signed a.example");
    stand.options.keys = ReadKeys::kNo;
    EXPECT_EQ(stand.Dns().outcome, kUnknown) << version;
  }
  stand.options.keys = ReadKeys::kYes;
  stand.machine.roots[0].running_version = "5.8.0";
  const std::string address = stand.server.address();
  stand.Write(address.substr(address.find(':') + 1), "HMAC-SHA512",
              "dns_rfc2136_sign_query = True\n");
  EXPECT_EQ(stand.Dns().outcome, kPassed);
}

TEST(DnsUpdate, TakesTheAlgorithmAsTheReleaseOfCertbotDoes) {
  const auto detail = [](const std::string& version) {
    Stand stand;
    stand.tsig_error = 16;
    stand.machine.roots[0].running_version = version;
    const std::string address = stand.server.address();
    stand.Write(address.substr(address.find(':') + 1), "hmac-sha256");
    return stand.Dns().detail;
  };
  EXPECT_THAT(detail("2.1.0"), HasSubstr("hmac-md5")) << "only capitals count";
  EXPECT_THAT(detail("4.0.0"), HasSubstr("hmac-sha256"));
  EXPECT_THAT(detail(""), HasSubstr("hmac-sha256"));
}

TEST(DnsUpdate, IsNotAskedWhereTheCredentialsAreNotWhatCertbotTakes) {
  Stand stand;
  for (const char* port : {"domain", "70000", "0"}) {
    stand.Write(port, "HMAC-SHA512");
    const CollectorRun run = stand.Look({PreflightCheck::kDns});
    EXPECT_TRUE(run.preflight->lineages.at({"/etc/letsencrypt", "a"}).empty()) << port;
  }
  stand.Write("53", "HMAC-SHA3");
  EXPECT_TRUE(
      stand.Look({PreflightCheck::kDns}).preflight->lineages.at({"/etc/letsencrypt", "a"}).empty());
}

}  // namespace
}  // namespace certhealth
