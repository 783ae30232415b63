// SPDX-License-Identifier: Apache-2.0
#include "exporter/escape.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

std::string EveryByte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

TEST(QuoteJson, IsReadBackByAJsonParser) {
  for (const std::string& text :
       {std::string(), std::string("plain"), std::string("\"a\\b\""),
        std::string("a\nb\tc\r\0d", 8), std::string("caf\xC3\xA9 \xF0\x9F\x94\x92"),
        std::string("\xC2\x9B\xE2\x80\xA8\xE2\x80\xA9"), EveryByte()}) {
    EXPECT_EQ(nlohmann::json::parse(QuoteJson(text)).get<std::string>(), ToValidUtf8(text));
  }
}

TEST(QuoteJson, LeavesNothingThatEndsALineOrSteersATerminal) {
  EXPECT_EQ(QuoteJson("a\nb\x1b[31m\x7f\xC2\x9B\xE2\x80\xA8"),
            "\"a\\nb\\u001b[31m\\u007f\\u009b\\u2028\"");
  const std::string quoted = QuoteJson(EveryByte());
  EXPECT_TRUE(std::none_of(quoted.begin(), quoted.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  }));
}

TEST(QuoteJson, ShowsWhatHidesOrTurnsTheText) {
  EXPECT_EQ(QuoteJson("\xEF\xBB\xBF\xE2\x80\xAE\xE2\x80\x8B\xE2\x81\xA6"),
            "\"\\ufeff\\u202e\\u200b\\u2066\"");
  EXPECT_EQ(QuoteJson("\xE2\x80\x93\xE2\x82\xAC\xEF\xBC\xA1"),
            "\"\xE2\x80\x93\xE2\x82\xAC\xEF\xBC\xA1\"");
}

TEST(Printable, KeepsQuotesAndBackslashes) {
  EXPECT_EQ(Printable("a\"b\\c\rd"), "a\"b\\c\\u000dd");
}

TEST(Printable, IsShortAndValidWhateverComesIn) {
  EXPECT_EQ(Printable("abcdefgh", 6), "abc...");
  EXPECT_EQ(Printable("abcdef", 6), "abcdef");
  for (std::size_t max_bytes = 3; max_bytes < 40; ++max_bytes) {
    for (const std::string& text :
         {EveryByte(), std::string(100, '\n'),
          std::string("aaa\xF0\x9F\x94\x92\xF0\x9F\x94\x92\xF0\x9F\x94")}) {
      const std::string shown = Printable(text, max_bytes);
      EXPECT_LE(shown.size(), max_bytes);
      EXPECT_TRUE(IsValidUtf8(shown));
    }
  }
}

}  // namespace
}  // namespace certhealth
