// SPDX-License-Identifier: Apache-2.0
#include "collectors/pem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

using testing::HasSubstr;

// What is in a block does not matter to this reader: "Zm9v" is "foo".
const std::string kBlock = "-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n";

TEST(Pem, ReadsBlocksWithTextAroundThemAndTheirLines) {
  const auto blocks = ReadPem("subject=CN=a\n" + kBlock + "\nissuer=CN=b\n" + kBlock + "the end");
  ASSERT_EQ(blocks.size(), 2U);
  for (const PemBlock& block : blocks) {
    EXPECT_EQ(block.label, "CERTIFICATE");
    EXPECT_EQ(block.der, "foo");
    EXPECT_EQ(block.fault, "");
  }
  EXPECT_EQ(blocks[0].line, 2);
  EXPECT_EQ(blocks[1].line, 7);
}

TEST(Pem, CountsLinesThatEndInCrlfAndInCr) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    std::string text = "\n" + kBlock + "\n" + kBlock;
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += end.size()) {
      text.replace(at, 1, end);
    }
    const auto blocks = ReadPem(text);
    ASSERT_EQ(blocks.size(), 2U);
    EXPECT_EQ(blocks[0].line, 2);
    EXPECT_EQ(blocks[1].line, 6);
    EXPECT_EQ(blocks[1].der, "foo");
  }
}

TEST(Pem, PassesOverAByteOrderMarkBeforeEitherOfTwoJoinedFiles) {
  const auto blocks = ReadPem("\xEF\xBB\xBF" + kBlock + "\xEF\xBB\xBF" + kBlock);
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].der, "foo");
  EXPECT_EQ(blocks[1].der, "foo");
}

TEST(Pem, PassesOverOddWhiteSpaceAndHeaders) {
  const auto blocks = ReadPem(
      "  -----BEGIN X509 CERTIFICATE----- \t\nComment: a\nOther: b\n\n Zm \n\n\n9v\n\t"
      "-----END X509 CERTIFICATE-----");
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks[0].der, "foo");
  EXPECT_EQ(blocks[0].fault, "");
}

TEST(Pem, NeverDecodesAPrivateKey) {
  const auto blocks =
      ReadPem("-----BEGIN EC PRIVATE KEY-----\nZm9v\n-----END EC PRIVATE KEY-----\n" + kBlock);
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_TRUE(blocks[0].is_private_key());
  EXPECT_EQ(blocks[0].der, "");
  EXPECT_EQ(blocks[0].fault, "");
  EXPECT_EQ(blocks[1].der, "foo");
}

struct BadBlock {
  const char* text;
  const char* fault;
};

TEST(Pem, ABadBlockIsNamedAndCostsNoOther) {
  const BadBlock bad_blocks[] = {
      {"-----BEGIN CERTIFICATE-----\nZm9v\n", "no END line before the next BEGIN, in line 3"},
      {"-----BEGIN CERTIFICATE-----\nZm\x01v\n-----END CERTIFICATE-----\n", "line 2 is not base64"},
      {"-----BEGIN CERTIFICATE-----\nZm9\n-----END CERTIFICATE-----\n", "cut short"},
      {"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "empty"},
      {"-----BEGIN CERTIFICATE-----\nZm9v\n-----END X509 CRL-----\n", "ends as X509 CRL in line 3"},
      {"-----BEGIN CERTIFICATE-----Zm9v-----END CERTIFICATE-----\n", "text after BEGIN"},
      {"-----BEGIN CERTIFICATE-----Zm9v\n-----END CERTIFICATE-----\n", "text after BEGIN"},
      {"----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n", "END without BEGIN"},
  };
  for (const BadBlock& bad : bad_blocks) {
    const auto blocks = ReadPem(bad.text + kBlock);
    ASSERT_EQ(blocks.size(), 2U) << bad.text;
    EXPECT_THAT(blocks[0].fault, HasSubstr(bad.fault));
    EXPECT_EQ(blocks[0].der, "");
    EXPECT_EQ(blocks[1].der, "foo");
    EXPECT_EQ(blocks[1].fault, "");
  }
}

TEST(Pem, NamesATruncatedLastBlock) {
  const auto blocks = ReadPem(kBlock + "-----BEGIN CERTIFICATE-----\nZm9vZm9v\nZm");
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].der, "foo");
  EXPECT_EQ(blocks[1].line, 4);
  EXPECT_THAT(blocks[1].fault, HasSubstr("cut short"));
}

// OpenSSL, and so nginx, refuses such a file; but what it says is plain.
TEST(Pem, ReadsTwoFilesJoinedWithoutALineFeedAndSaysSo) {
  const auto blocks = ReadPem(kBlock.substr(0, kBlock.size() - 1) + kBlock);
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].der, "foo");
  EXPECT_THAT(blocks[0].fault, HasSubstr("text after END in line 3"));
  EXPECT_EQ(blocks[1].der, "foo");
  EXPECT_EQ(blocks[1].fault, "");
}

TEST(Pem, TakesNoLongerThanLinearTimeForHostileText) {
  constexpr std::size_t kBytes = 1U << 20U;
  std::string ends;
  while (ends.size() < kBytes) ends += "-----END A-----";
  EXPECT_EQ(ReadPem(ends).size(), ends.size() / 15);
  EXPECT_TRUE(ReadPem(std::string(kBytes, '\r')).empty());
  EXPECT_TRUE(ReadPem(std::string(kBytes, '-')).empty());
  EXPECT_TRUE(ReadPem("-----BEGIN " + std::string(kBytes, 'A') + "-----").empty());
}

}  // namespace
}  // namespace certhealth
