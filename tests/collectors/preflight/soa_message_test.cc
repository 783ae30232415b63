// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/soa_message.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"

namespace certhealth {
namespace {

// The answers are those of BIND 9.18 and Knot DNS 3.2.
constexpr std::string_view kQuestion = "076578616d706c6503636f6d0000060001";  // of example.com
constexpr std::string_view kSoa =
    "c00c000600010000003c0026026e73c00c0a686f73746d6173746572c00c0000000100000e10000002580001518000"
    "00003c";
constexpr std::string_view kNs = "c00c000200010000003c0002c029c029000100010000003c00047f000001";

std::string Answer(std::string_view header, std::string_view records) {
  return FromHex("1234" + std::string(header) + std::string(kQuestion) + std::string(records));
}

std::optional<SoaReply> Read(const std::string& message) {
  return ReadSoaReply(message, *MakeSoaQuestion("example.com", 0x1234));
}

TEST(SoaMessage, AsksForTheServersOwnKnowledge) {
  const auto question = MakeSoaQuestion("example.com", 0x1234);
  ASSERT_TRUE(question);
  EXPECT_EQ(ToHex(*question), "123400000001000000000000" + std::string(kQuestion));
  EXPECT_EQ(ToHex(WithExpireOption(*question)),
            "123400000001000000000001" + std::string(kQuestion) + "00002904d000000000000400090000");
  EXPECT_FALSE(MakeSoaQuestion("a..b", 1));
}

TEST(SoaMessage, SeesTheZone) {
  const std::string records = std::string(kSoa) + std::string(kNs);
  const auto reply = Read(Answer("84000001000100010001", records));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->code, 0);
  EXPECT_TRUE(reply->has_soa);
  EXPECT_EQ(reply->expire, 86400U);
  EXPECT_FALSE(reply->expires_in);
  EXPECT_FALSE(reply->tsig_error);
  const auto cached = Read(Answer("80000001000100010001", records));
  ASSERT_TRUE(cached);
  EXPECT_FALSE(cached->has_soa) << "not by authority";
}

TEST(SoaMessage, TellsAPrimaryFromASecondary) {
  for (const std::uint32_t left : {0x15180U, 0x14eeeU}) {
    const std::string option = left == 0x15180U ? "00015180" : "00014eee";
    const auto reply = Read(Answer("84000001000100000001",
                                   std::string(kSoa) + "00002904d000000000000800090004" + option));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->expire, 86400U);
    EXPECT_EQ(reply->expires_in, left);
  }
}

TEST(SoaMessage, ReadsWhatIsWrongWithASignature) {
  struct {
    int error;
    std::string_view record;
  } const refused[] = {
      {16,
       "0763657274626f740000fa00ff00000000001d0b686d61632d7368613531320000006b04ae07012c0000123400"
       "100000"},
      {17,
       "056e6f6b65790000fa00ff00000000001d0b686d61632d7368613531320000006b04ae07012c000012340011"
       "0000"},
      {18,
       "0763657274626f740000fa00ff0000000000630b686d61632d7368613531320000006b049e67012c00407779ab"
       "bdcb147eca6c7d9491bfbe5188b009f66020c1ee477523a10bdaa57f8ef47a33f982c28811560509db3a2d40"
       "d4c15a0824ba5ed8006185d1d15535b46112340012000600006b04ae07"}};
  for (const auto& one : refused) {
    const auto reply = Read(Answer("80090001000000000001", one.record));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->code, 9);
    EXPECT_EQ(reply->tsig_error, one.error);
    EXPECT_FALSE(reply->has_soa);
  }
}

TEST(SoaMessage, SeesNoZoneInTheRecordsOfAnother) {
  // NXDOMAIN, with the SOA of the zone above as its authority.
  const auto missing = Read(Answer("84030001000000010000", kSoa));
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->code, 3);
  EXPECT_FALSE(missing->has_soa);
  const auto refused = Read(Answer("80050001000000000000", ""));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, 5);
  // The SOA of "com" as an answer.
  const auto other = Read(Answer("84000001000100000000", "c014" + std::string(kSoa.substr(4))));
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->has_soa);
}

TEST(SoaMessage, TakesNothingThatIsNoAnswer) {
  EXPECT_FALSE(Read(""));
  EXPECT_FALSE(Read(Answer("04000001000100000000", kSoa))) << "no response";
  EXPECT_FALSE(Read(Answer("86000001000100000000", kSoa))) << "truncated";
  EXPECT_FALSE(Read(Answer("84000001000200000000", kSoa))) << "a record is missing";
  EXPECT_FALSE(Read("\x56" + Answer("84000001000100000000", kSoa).substr(1))) << "another ID";
  const std::string whole = Answer("84000001000100000000", kSoa);
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(Read(whole.substr(0, size)));
}

}  // namespace
}  // namespace certhealth
