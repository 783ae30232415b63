// SPDX-License-Identifier: Apache-2.0
#include "collectors/base/utf8.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

TEST(Utf8, AcceptsEveryLengthOfCharacter) {
  EXPECT_TRUE(IsValidUtf8("a \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x94\x92"));
  EXPECT_TRUE(IsValidUtf8(std::string_view("\0", 1)));
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndWhatIsCutShort) {
  for (const char* text : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                           "\xF4\x90\x80\x80", "\xC3", "\xE2\x82", "\x80", "\xFF"}) {
    EXPECT_FALSE(IsValidUtf8(text));
    EXPECT_TRUE(IsValidUtf8(ToValidUtf8(text)));
  }
}

TEST(Utf8, ReplacesOnlyWhatIsIllFormed) {
  EXPECT_EQ(ToValidUtf8("caf\xE9 caf\xC3\xA9"), "caf\xEF\xBF\xBD caf\xC3\xA9");
}

TEST(Utf8, ShortensBetweenCharacters) {
  EXPECT_EQ(Shorten("abcdef", 6), "abcdef");
  EXPECT_EQ(Shorten("abcdefg", 6), "abc...");
  EXPECT_EQ(Shorten("ab\xE2\x82\xAC"
                    "cdef",
                    6),
            "ab...");
}

}  // namespace
}  // namespace certhealth
