// SPDX-License-Identifier: Apache-2.0
#include "collectors/glob_component.h"

#include <fnmatch.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

bool Matches(std::string_view pattern, std::string_view name) {
  return GlobComponent(pattern).Matches(name);
}

TEST(GlobComponent, MatchesAsFnmatchDoes) {
  const char* patterns[] = {"*",       "a",     "a*",      "*a",     "*a*b",    "a?c",   "?",
                            "??",      "*.pem", "[ab]",    "[a-c]*", "[!a-c]*", "[^a]",  "[]a]",
                            "[!]a]",   "[a-]",  "[-a]",    "a[",     "[a",      "\\*",   "\\a",
                            "a\\?c",   ".*",    "[.]a",    "*.",     "a**b",    "[\\]]", "[a\\-c]",
                            "*a*a*a*", "[[]",   "x[a-b]y", "*[0-9]", "[z-a]",   "?*?",   "\\[a]"};
  const char* names[] = {"",      "a",   "b",   "c",   "abc", "a.pem", ".pem", ".a",
                         "aa",    "ab",  "axb", "a-c", "]",   "-",     "a[",   "[a",
                         "*",     "a?c", "[",   "xay", "a*b", "aaaa",  "a.b",  "fullchain.pem",
                         "cert1", "[a]"};
  for (const char* pattern : patterns) {
    for (const char* name : names) {
      EXPECT_EQ(Matches(pattern, name), fnmatch(pattern, name, FNM_PERIOD) == 0)
          << pattern << " on " << name;
    }
  }
}

TEST(GlobComponent, AQuestionMarkIsACharacterNotAByte) {
  EXPECT_TRUE(Matches("caf?.pem", "caf\xC3\xA9.pem"));
  EXPECT_TRUE(Matches("[\xC3\xA0-\xC3\xBF]", "\xC3\xA9"));
  EXPECT_FALSE(Matches("??", "\xC3\xA9"));
  EXPECT_TRUE(Matches("?", "\xE9")) << "a byte that is no character counts as one";
  EXPECT_TRUE(Matches("\xE9*", "\xE9.pem"));
  EXPECT_FALSE(Matches("\xE8", "\xE9"));
}

TEST(GlobComponent, TellsAPlainNameFromAPattern) {
  EXPECT_TRUE(GlobComponent("cert1.pem").is_literal());
  EXPECT_TRUE(GlobComponent("a[1.pem").is_literal());
  EXPECT_EQ(GlobComponent("a\\[1\\]\\*").literal(), "a[1]*");
  EXPECT_FALSE(GlobComponent("a[1]").is_literal());
  EXPECT_TRUE(GlobComponent("**").is_any_depth());
  EXPECT_FALSE(GlobComponent("*").is_any_depth());
  EXPECT_FALSE(GlobComponent("**a").is_any_depth());
}

TEST(GlobComponent, TakesNoLongForHostilePatterns) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a";
  EXPECT_FALSE(Matches(pattern + "b", std::string(255, 'a')));
  EXPECT_TRUE(GlobComponent(std::string(100'000, '[')).is_literal());
}

}  // namespace
}  // namespace certhealth
