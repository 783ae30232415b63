// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_dns.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr std::chrono::seconds kPatience{20};

Deadline In(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

/// Runs one lookup of addresses against `dns`.
AddressAnswer Addresses(const FakeDns& dns, const std::string& name,
                        std::chrono::milliseconds patience = kPatience,
                        std::chrono::milliseconds retry = kPatience) {
  EventLoop loop;
  ResolverOptions options;
  options.servers = dns.address();
  options.retry = retry;
  options.tries = 1;
  Resolver resolver(loop, options);
  AddressAnswer answer;
  const auto look_up = [&]() -> Task<void> {
    answer = co_await resolver.LookUpAddresses(name, In(patience));
  };
  loop.Spawn(look_up());
  loop.Run();
  return answer;
}

CaaAnswer Caa(const FakeDns& dns) {
  EventLoop loop;
  ResolverOptions options;
  options.servers = dns.address();
  options.tries = 1;
  Resolver resolver(loop, options);
  CaaAnswer answer;
  const auto look_up = [&]() -> Task<void> {
    answer = co_await resolver.LookUpCaa("example.com", In(kPatience));
  };
  loop.Spawn(look_up());
  loop.Run();
  return answer;
}

std::vector<std::string> TextsOf(const AddressAnswer& answer) {
  std::vector<std::string> texts;
  for (const IpAddress& address : answer.addresses) texts.push_back(ToString(address));
  return texts;
}

TEST(Resolver, GivesTheAddressesOfBothFamilies) {
  const FakeDns dns([](const DnsQuestion& question) {
    EXPECT_EQ(question.name, "www.example.com");
    if (question.type == DnsType::kA) {
      return DnsReply{0, {ARecord("192.0.2.9"), ARecord("192.0.2.1"), ARecord("192.0.2.9")}};
    }
    return DnsReply{0, {AaaaRecord("2001:db8::1")}};
  });
  const AddressAnswer answer = Addresses(dns, "www.example.com");
  EXPECT_EQ(answer.status, DnsStatus::kAnswered);
  EXPECT_THAT(TextsOf(answer), ElementsAre("192.0.2.1", "192.0.2.9", "2001:db8::1"));
}

TEST(Resolver, FollowsAliases) {
  const FakeDns dns([](const DnsQuestion& question) {
    DnsReply reply{0, {CnameRecord("www.example.com", "cdn.example.net")}};
    if (question.type == DnsType::kA) {
      DnsRecord address = ARecord("192.0.2.1");
      address.name = "cdn.example.net";
      reply.records.push_back(address);
    }
    return reply;
  });
  const AddressAnswer answer = Addresses(dns, "www.example.com");
  EXPECT_THAT(TextsOf(answer), ElementsAre("192.0.2.1"));
  EXPECT_THAT(answer.aliases, testing::Contains("cdn.example.net"));
}

TEST(Resolver, IsNotCaughtInALoopOfAliases) {
  const FakeDns dns([](const DnsQuestion&) {
    return DnsReply{0,
                    {CnameRecord("a.example", "b.example"), CnameRecord("b.example", "a.example")}};
  });
  EXPECT_EQ(Addresses(dns, "a.example").status, DnsStatus::kNoData);
}

TEST(Resolver, TellsANameThatDoesNotExistFromOneWithoutAddresses) {
  const FakeDns no_name([](const DnsQuestion&) { return DnsReply{3, {}}; });
  EXPECT_EQ(Addresses(no_name, "gone.example.com").status, DnsStatus::kNoName);
  const FakeDns no_data([](const DnsQuestion&) { return DnsReply{0, {}}; });
  EXPECT_EQ(Addresses(no_data, "bare.example.com").status, DnsStatus::kNoData);
}

TEST(Resolver, TellsAServerThatFails) {
  for (const int rcode : {2, 5}) {
    const FakeDns dns([rcode](const DnsQuestion&) { return DnsReply{rcode, {}}; });
    EXPECT_EQ(Addresses(dns, "example.com").status, DnsStatus::kServerFailed) << rcode;
  }
}

TEST(Resolver, GivesUpOnASilentServerAtTheDeadline) {
  const FakeDns dns([](const DnsQuestion&) { return std::nullopt; });
  EXPECT_EQ(Addresses(dns, "example.com", std::chrono::milliseconds(20)).status,
            DnsStatus::kTimeout);
}

TEST(Resolver, GivesUpOnASilentServerAfterItsTries) {
  const FakeDns dns([](const DnsQuestion&) { return std::nullopt; });
  EXPECT_EQ(Addresses(dns, "example.com", kPatience, std::chrono::milliseconds(20)).status,
            DnsStatus::kTimeout);
}

TEST(Resolver, UsesTheFirstFewOfManyAddresses) {
  const FakeDns dns([](const DnsQuestion& question) {
    DnsReply reply;
    for (int i = 0; question.type == DnsType::kA && i < 500; ++i) {
      reply.records.push_back(
          ARecord("10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256)));
    }
    return reply;
  });
  const AddressAnswer answer = Addresses(dns, "many.example.com");
  EXPECT_EQ(answer.status, DnsStatus::kAnswered);
  EXPECT_THAT(answer.addresses, SizeIs(8));
}

TEST(Resolver, RefusesWhatIsNoName) {
  const FakeDns dns([](const DnsQuestion&) { return DnsReply{0, {}}; });
  EXPECT_EQ(Addresses(dns, "a..example.com").status, DnsStatus::kBadName);
}

TEST(Resolver, GivesCaaRecords) {
  const FakeDns dns([](const DnsQuestion& question) {
    EXPECT_EQ(question.type, DnsType::kCaa);
    return DnsReply{
        0, {CaaRecordOf(0, "issue", "letsencrypt.org"), CaaRecordOf(128, "tbs", "unknown")}};
  });
  const CaaAnswer answer = Caa(dns);
  EXPECT_EQ(answer.status, DnsStatus::kAnswered);
  EXPECT_THAT(answer.records, ElementsAre(CaaRecord{false, "issue", "letsencrypt.org"},
                                          CaaRecord{true, "tbs", "unknown"}));
}

TEST(Resolver, TellsTheAbsenceOfCaaRecordsFromFailure) {
  for (const auto& [rcode, status] : std::vector<std::pair<int, DnsStatus>>{
           {0, DnsStatus::kNoData}, {2, DnsStatus::kServerFailed}, {3, DnsStatus::kNoName}}) {
    const FakeDns dns([rcode = rcode](const DnsQuestion&) { return DnsReply{rcode, {}}; });
    EXPECT_EQ(Caa(dns).status, status) << rcode;
  }
}

}  // namespace
}  // namespace certhealth
