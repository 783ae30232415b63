// SPDX-License-Identifier: Apache-2.0
#include "exporter/table_text.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace certhealth {
namespace {

TEST(WrapLines, BreaksBetweenWordsAndIndents) {
  const std::array<StyledText, 1> text = {{{"one two three four"}}};
  EXPECT_EQ(WrapLines(text, {2, 10}, TableColour::kNone), "one two\n  three\n  four");
  EXPECT_EQ(WrapLines(text, {2, 0}, TableColour::kNone), "one two three four");
}

TEST(WrapLines, KeepsACommandAndWhatSticksToItInOnePiece) {
  const std::array<StyledText, 3> text = {
      {{"try ("}, {"certbot renew", TextStyle::kCommand, StyledText::Break::kNever}, {"), then"}}};
  EXPECT_EQ(WrapLines(text, {0, 10}, TableColour::kNone), "try\n(certbot renew),\nthen");
}

TEST(WrapLines, CountsCharactersNotBytesAndNoEscapes) {
  const std::array<StyledText, 2> text = {
      {{"\xC3\xA9\xC3\xA9\xC3\xA9"}, {" ab", TextStyle::kStrong}}};
  EXPECT_EQ(WrapLines(text, {0, 6}, TableColour::kAnsi),
            "\xC3\xA9\xC3\xA9\xC3\xA9 \x1b[1mab\x1b[0m");
  EXPECT_EQ(WrapLines(text, {0, 5}, TableColour::kNone), "\xC3\xA9\xC3\xA9\xC3\xA9\nab");
}

}  // namespace
}  // namespace certhealth
