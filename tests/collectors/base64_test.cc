// SPDX-License-Identifier: Apache-2.0
#include "collectors/base64.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace certhealth {
namespace {

std::optional<std::string> Decode(const std::vector<std::string>& pieces) {
  Base64Decoder decoder;
  for (const std::string& piece : pieces) {
    if (!decoder.Append(piece)) return std::nullopt;
  }
  if (!decoder.Finish()) return std::nullopt;
  return decoder.bytes();
}

// The vectors of RFC 4648, 10.
TEST(Base64, DecodesTheVectorsOfTheRfc) {
  EXPECT_EQ(Decode({""}), "");
  EXPECT_EQ(Decode({"Zg=="}), "f");
  EXPECT_EQ(Decode({"Zm8="}), "fo");
  EXPECT_EQ(Decode({"Zm9v"}), "foo");
  EXPECT_EQ(Decode({"Zm9vYg=="}), "foob");
  EXPECT_EQ(Decode({"Zm9vYmE="}), "fooba");
  EXPECT_EQ(Decode({"Zm9vYmFy"}), "foobar");
}

TEST(Base64, KnowsTheWholeAlphabet) {
  const std::optional<std::string> bytes =
      Decode({"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"});
  ASSERT_TRUE(bytes);
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < bytes->size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8U | static_cast<unsigned char>((*bytes)[i + j]);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) EXPECT_EQ(group >> shift & 63U, next++);
  }
  EXPECT_EQ(next, 64U);
}

TEST(Base64, DoesNotCareWhereLinesBreakOrHowWideSpaceIs) {
  const std::string text = "Zm9vYmFyIHF1eA==";
  for (std::size_t at = 0; at <= text.size(); ++at) {
    EXPECT_EQ(Decode({text.substr(0, at), text.substr(at)}), "foobar qux") << at;
    EXPECT_EQ(Decode({text.substr(0, at) + " \t\r\n" + text.substr(at)}), "foobar qux") << at;
  }
}

TEST(Base64, RefusesWhatIsCutShortOrForeign) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zm8", "Zm9v=", "Zm9vY", "Zg==Zg==", "Zm!v",
                           "Zm9-", "Zm9\x80", "="}) {
    EXPECT_EQ(Decode({text}), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace certhealth
