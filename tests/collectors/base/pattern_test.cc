// SPDX-License-Identifier: Apache-2.0
#include "collectors/base/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::Optional;

TEST(Pattern, TakesTheFirstAlternativeThatLeadsToAMatchAndNotTheLongest) {
  EXPECT_EQ((*Pattern("(a|ab)(c|bcd)?").Match(U"abcd"))[1], U"a");
  EXPECT_EQ((*Pattern("(a|ab)c$").Match(U"abc"))[1], U"ab");
}

TEST(Pattern, TakesAsMuchOrAsLittleAsWritten) {
  EXPECT_EQ((*Pattern("'(.*)'").Match(U"'a' 'b'"))[1], U"a' 'b");
  EXPECT_EQ((*Pattern("'(.*?)'").Match(U"'a' 'b'"))[1], U"a");
  EXPECT_EQ((*Pattern("'(.*?)'$").Match(U"'a' 'b'"))[1], U"a' 'b");
  EXPECT_EQ((*Pattern("(a*?)(a+?)(a+)").Match(U"aaaa"))[3], U"aaa");
}

TEST(Pattern, TellsAnEmptyGroupFromOneThatTookNoPart) {
  const auto groups = Pattern("(a*)(b)?$").Match(U"");
  ASSERT_TRUE(groups);
  EXPECT_THAT((*groups)[1], Optional(Eq(std::u32string_view())));
  EXPECT_FALSE((*groups)[2]);
}

TEST(Pattern, LooksBehind) {
  EXPECT_TRUE(Pattern("(,|x)(?<!,)$").Match(U"x"));
  EXPECT_FALSE(Pattern("(,|x)(?<!,)$").Match(U","));
  EXPECT_TRUE(Pattern("(?<!,)$").Match(U""));
}

TEST(Pattern, KnowsPythonsBlanksAndSets) {
  EXPECT_TRUE(Pattern("\\s+$").Match(U" \t\x1C\x85\xA0\u2028\u3000"));
  EXPECT_FALSE(Pattern("\\s").Match(U"\u200B"));
  EXPECT_TRUE(Pattern("[^'\\s]\\S[a\\]]$").Match(U"xy]"));
  EXPECT_FALSE(Pattern("[^'\\s]").Match(U"\xA0"));
  EXPECT_FALSE(Pattern(".").Match(U"\n"));
}

TEST(Pattern, FindsAllFromLeftToRight) {
  EXPECT_THAT(Pattern("('.*?'|[^']?.*?)\\s*,\\s*").FindAll(U"a, 'b, c' ,'d,e,f"),
              ElementsAre(U"a", U"'b, c'", U"'d", U"e"));
}

// A backtracking engine needs longer than the universe has for the first and minutes for the rest.
TEST(Pattern, StaysLinearWhereBacktrackingDoesNot) {
  std::u32string hostile(20'000, U'a');
  EXPECT_FALSE(Pattern("(?:(?:a*)*b)|(?:a*a*a*a*c)").Match(hostile));
  std::u32string quotes;
  for (int i = 0; i < 20'000; ++i) quotes += U"'a,";
  EXPECT_EQ(Pattern("('.*?'|[^']?.*?)\\s*,\\s*").FindAll(quotes).size(), 20'000U);
}

}  // namespace
}  // namespace certhealth
