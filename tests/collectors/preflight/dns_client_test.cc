// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/dns_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "tests/support/fake_dns.h"
#include "tests/support/fake_peer.h"

namespace certhealth {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

using Answer = std::optional<DnsReply>;

SocketAddress ServerOf(const FakeDns& dns) {
  const std::string address = dns.address();
  const std::size_t colon = address.rfind(':');
  return {*ParseIpAddress(address.substr(0, colon)),
          static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1)))};
}

/// What `ask`, a coroutine that takes a client, comes to.
template <typename Result, typename Ask>
Result Run(std::vector<SocketAddress> servers, Ask ask) {
  EventLoop loop;
  const DnsClient client(loop, std::move(servers));
  Result result;
  const auto work = [&]() -> Task<void> { result = co_await ask(client); };
  loop.Spawn(work());
  loop.Run();
  return result;
}

Deadline In(milliseconds span) { return std::chrono::steady_clock::now() + span; }

NameAddresses LookUp(std::vector<SocketAddress> servers,
                     milliseconds patience = milliseconds{5000}) {
  return Run<NameAddresses>(std::move(servers), [&](const DnsClient& client) {
    return client.LookUp("a.example", In(patience));
  });
}

RelevantCaa LookUpCaa(std::vector<SocketAddress> servers, std::string name) {
  return Run<RelevantCaa>(std::move(servers), [&](const DnsClient& client) {
    return client.LookUpCaa(name, In(milliseconds{5000}));
  });
}

std::string Texts(const std::vector<IpAddress>& addresses) {
  std::string texts;
  for (const IpAddress& address : addresses) texts += ToString(address) + " ";
  return texts;
}

TEST(DnsClient, AsksForBothFamilies) {
  const FakeDns dns([](const DnsQuestion& question) -> Answer {
    if (question.type == DnsType::kA)
      return DnsReply{0, {ARecord("192.0.2.1"), ARecord("192.0.2.2")}};
    DnsRecord aaaa = AaaaRecord("2001:db8::1");
    aaaa.name = "b.example";
    return DnsReply{0, {CnameRecord("a.example", "b.example"), aaaa}};
  });
  const NameAddresses found = LookUp({ServerOf(dns)});
  EXPECT_EQ(found.status, DnsStatus::kAnswered);
  EXPECT_EQ(found.addresses.size(), 3U) << Texts(found.addresses);
}

TEST(DnsClient, TellsNoNameNoAddressAndNoAnswerApart) {
  const auto status = [](std::function<Answer(const DnsQuestion&)> answer) {
    const FakeDns dns(std::move(answer));
    return LookUp({ServerOf(dns)}, milliseconds{400}).status;
  };
  EXPECT_EQ(status([](const DnsQuestion&) { return DnsReply{3, {}}; }), DnsStatus::kNoName);
  EXPECT_EQ(status([](const DnsQuestion&) { return DnsReply{0, {}}; }), DnsStatus::kNoData);
  EXPECT_EQ(status([](const DnsQuestion&) { return DnsReply{2, {}}; }), DnsStatus::kServerFailed);
  EXPECT_EQ(status([](const DnsQuestion&) { return DnsReply{5, {}}; }), DnsStatus::kBadAnswer);
  EXPECT_EQ(status([](const DnsQuestion&) -> Answer { return {}; }), DnsStatus::kTimeout);
  EXPECT_EQ(status([](const DnsQuestion&) {
              return DnsReply{0, {{DnsType::kA, "x", ""}}};
            }),
            DnsStatus::kNoData)
      << "an address of one byte is none";
  EXPECT_EQ(status([](const DnsQuestion&) {
              return DnsReply{0, {{DnsType::kCname, "\xC0\xFF", ""}}};
            }),
            DnsStatus::kBadAnswer)
      << "a name that points behind the message";
  EXPECT_EQ(LookUp({{*ParseIpAddress("127.0.0.1"), ClosedPort()}}, milliseconds{400}).status,
            DnsStatus::kUnreachable);
}

TEST(DnsClient, SeesWhetherTheServerHasTheZoneItself) {
  for (const bool is_authoritative : {false, true}) {
    const FakeDns dns([=](const DnsQuestion&) -> Answer {
      DnsReply reply{3, {}};
      reply.is_authoritative = is_authoritative;
      return reply;
    });
    EXPECT_EQ(LookUp({ServerOf(dns)}).is_authoritative, is_authoritative);
  }
}

TEST(DnsClient, TakesOneFamilyWhereTheOtherFails) {
  const FakeDns dns([](const DnsQuestion& question) -> Answer {
    if (question.type == DnsType::kA) return DnsReply{0, {ARecord("192.0.2.1")}};
    return DnsReply{2, {}};
  });
  EXPECT_EQ(LookUp({ServerOf(dns)}).status, DnsStatus::kAnswered);
}

TEST(DnsClient, AsksAgainBeforeItTellsOfAnError) {
  std::atomic<int> asked = 0;
  const FakeDns dns([&](const DnsQuestion& question) -> Answer {
    if (question.type != DnsType::kA) return DnsReply{0, {}};
    return asked++ == 0 ? DnsReply{2, {}} : DnsReply{0, {ARecord("192.0.2.1")}};
  });
  EXPECT_EQ(LookUp({ServerOf(dns)}).status, DnsStatus::kAnswered);
}

TEST(DnsClient, AsksTheNextServerWhereOneSaysNo) {
  const FakeDns refusing([](const DnsQuestion&) -> Answer { return DnsReply{5, {}}; });
  const FakeDns dns([](const DnsQuestion&) -> Answer { return DnsReply{3, {}}; });
  EXPECT_EQ(LookUp({ServerOf(refusing), ServerOf(dns)}).status, DnsStatus::kNoName);
}

TEST(DnsClient, ClimbsToTheFirstNameThatHasCaaRecords) {
  const FakeDns dns([](const DnsQuestion& question) -> Answer {
    if (question.name == "a.b.example") return DnsReply{3, {}};
    if (question.name == "b.example")
      return DnsReply{0, {CaaRecordOf(128, "issue", "ca.example"), CaaRecordOf(0, "iodef", "x:y")}};
    return DnsReply{2, {}};  // must not be asked
  });
  const RelevantCaa found = LookUpCaa({ServerOf(dns)}, "*.a.b.example");
  EXPECT_EQ(found.status, DnsStatus::kAnswered);
  EXPECT_EQ(found.found_at, "b.example");
  ASSERT_EQ(found.records.size(), 2U);
  EXPECT_EQ(found.records[0], (CaaRecord{true, "issue", "ca.example"}));
}

TEST(DnsClient, TakesAnEmptyCaaValueForARecord) {
  const FakeDns dns([](const DnsQuestion&) -> Answer {
    return DnsReply{0, {CaaRecordOf(0, "issue", "")}};
  });
  const RelevantCaa found = LookUpCaa({ServerOf(dns)}, "a.example");
  EXPECT_EQ(found.status, DnsStatus::kAnswered);
  ASSERT_EQ(found.records.size(), 1U);
  EXPECT_EQ(found.records[0], (CaaRecord{false, "issue", ""}));
}

TEST(DnsClient, TellsTheFlagsOfCaaApartAndTakesNoBrokenRecord) {
  const auto look_up = [](DnsRecord record) {
    const FakeDns dns([=](const DnsQuestion&) -> Answer { return DnsReply{0, {record}}; });
    return LookUpCaa({ServerOf(dns)}, "a.example");
  };
  EXPECT_EQ(look_up(CaaRecordOf(1, "tbs", "x")).records.at(0),
            (CaaRecord{false, "tbs", "x", true}));
  EXPECT_EQ(look_up(CaaRecordOf(0x80, "tbs", "x")).records.at(0), (CaaRecord{true, "tbs", "x"}));
  EXPECT_EQ(look_up(CaaRecordOf(0x7E, "tbs", "x")).records.at(0), (CaaRecord{false, "tbs", "x"}));
  for (const std::string_view data : {std::string_view("\0", 1), std::string_view("\0\0x", 3),
                                      std::string_view("\0\6issue", 7)}) {
    const RelevantCaa found = look_up({DnsType::kCaa, std::string(data), {}});
    EXPECT_EQ(found.status, DnsStatus::kBadAnswer);
    EXPECT_THAT(found.records, IsEmpty());
  }
}

TEST(DnsClient, FindsNoCaaInAWholeTree) {
  const FakeDns dns([](const DnsQuestion&) -> Answer { return DnsReply{0, {}}; });
  EXPECT_EQ(LookUpCaa({ServerOf(dns)}, "a.example").status, DnsStatus::kNoData);
}

TEST(DnsClient, SeesWhetherOnlyTheTypeCaaIsRefused) {
  const FakeDns dns([](const DnsQuestion& question) -> Answer {
    if (question.type == DnsType::kCaa) return DnsReply{2, {}};
    return DnsReply{0, {ARecord("192.0.2.1")}};
  });
  const RelevantCaa found = LookUpCaa({ServerOf(dns)}, "a.example");
  EXPECT_EQ(found.status, DnsStatus::kServerFailed);
  EXPECT_TRUE(found.has_addresses);
}

TEST(DnsClient, AsksByTcpForWhatDoesNotFit) {
  const FakeDns dns([](const DnsQuestion&) -> Answer {
    DnsReply reply;
    for (int i = 0; i < 30; ++i)
      reply.records.push_back(CaaRecordOf(0, "issue", "ca" + std::to_string(i) + ".example"));
    return reply;
  });
  EXPECT_EQ(LookUpCaa({ServerOf(dns)}, "a.example").records.size(), 30U);
}

TEST(DnsMessage, ReadsOnlyWhatAnswersItsQuestion) {
  const std::string question =
      *MakeDnsQuestion("a.example", RecordType::kA, DnssecCheck::kOff, 0x1234);
  EXPECT_EQ(question[3] & 0x10, 0x10);  // CD
  std::string reply = question;
  reply[2] = static_cast<char>(reply[2] | '\x80');
  EXPECT_EQ(ReadLookupReply(reply, question, RecordType::kA)->status, DnsStatus::kNoData);
  EXPECT_FALSE(ReadLookupReply(reply, question, RecordType::kA)->is_authoritative);
  std::string other = reply;
  other[2] = static_cast<char>(other[2] | '\x04');
  EXPECT_TRUE(ReadLookupReply(other, question, RecordType::kA)->is_authoritative);
  other = reply;
  other[0] ^= 1;
  EXPECT_FALSE(ReadLookupReply(other, question, RecordType::kA));
  other = reply;
  other[14] = 'b';
  EXPECT_FALSE(ReadLookupReply(other, question, RecordType::kA));
  EXPECT_FALSE(ReadLookupReply(question, question, RecordType::kA));
  EXPECT_FALSE(ReadLookupReply(reply.substr(0, 11), question, RecordType::kA));
  EXPECT_FALSE(MakeDnsQuestion("a..b", RecordType::kA, DnssecCheck::kOn, 1));
}

TEST(DnsMessage, FindsTheServersOfResolvConf) {
  const auto servers = [](std::string_view text) {
    std::vector<std::string> texts;
    for (const SocketAddress& server : ParseResolvConf(text)) {
      EXPECT_EQ(server.port, 53);
      texts.push_back(ToString(server.address));
    }
    return texts;
  };
  EXPECT_THAT(servers("# x\nnameserver 192.0.2.1\nsearch a\nnameserver\t::1 # y\r\nnameserver x\n"),
              ElementsAre("192.0.2.1", "::1"));
  EXPECT_THAT(servers("nameservers 192.0.2.1"), ElementsAre("127.0.0.1"));
  EXPECT_EQ(servers("nameserver 1.1.1.1\nnameserver 1.1.1.2\nnameserver 1.1.1.3\nnameserver "
                    "1.1.1.4")
                .size(),
            3U);
}

}  // namespace
}  // namespace certhealth
