// SPDX-License-Identifier: Apache-2.0
#include "exporter/nearest_word.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace certhealth {
namespace {

constexpr std::array<std::string_view, 3> kKnown = {"config-dir", "logs-dir", "glob"};

TEST(NearestWord, FindsTheSlipsOfAFinger) {
  for (const char* slip : {"confg-dir", "config-dirs", "conifg-dir", "config_dir", "konfig-dri"}) {
    EXPECT_EQ(NearestWord(slip, kKnown), "config-dir") << slip;
  }
  EXPECT_EQ(NearestWord("globb", kKnown), "glob");
}

TEST(NearestWord, KeepsSilentWhenNothingIsNear) {
  for (const char* word : {"", "x", "webroot", "c", "dir"}) {
    EXPECT_EQ(NearestWord(word, kKnown), std::nullopt) << word;
  }
  EXPECT_EQ(NearestWord("glob", {}), std::nullopt);
}

TEST(NearestWord, TakesAShortWordForAnotherOnlyByOneEdit) {
  constexpr std::array<std::string_view, 2> kShort = {"at", "json"};
  EXPECT_EQ(NearestWord("att", kShort), "at");
  EXPECT_EQ(NearestWord("xy", kShort), std::nullopt);
  EXPECT_EQ(NearestWord("jsn", kShort), "json");
}

TEST(NearestWord, PrefersTheNearestAndThenTheFirst) {
  constexpr std::array<std::string_view, 3> kColors = {"warn", "wart", "war"};
  EXPECT_EQ(NearestWord("warx", kColors), "warn");
  EXPECT_EQ(NearestWord("wart", kColors), "wart");
}

TEST(NearestWord, CountsASwapOfNeighboursAsOne) {
  constexpr std::array<std::string_view, 1> kKnownName = {"abc"};
  EXPECT_EQ(NearestWord("acb", kKnownName), "abc");
  EXPECT_EQ(NearestWord("cba", kKnownName), std::nullopt);
}

TEST(NearestWord, DoesNotTryWhatIsTooLongToBeASlip) {
  const std::string longest(64, 'a');
  const std::string longer(65, 'a');
  const std::vector<std::string_view> known = {longest};
  EXPECT_EQ(NearestWord(longest, known), longest);
  EXPECT_EQ(NearestWord(longer, known), std::nullopt);
}

TEST(DidYouMean, ListsAFewKnownWordsWhenNoneIsNear) {
  EXPECT_EQ(DidYouMean("confg-dir", kKnown), ", did you mean 'config-dir'?");
  EXPECT_EQ(DidYouMean("zzz", kKnown), ", known are: config-dir, logs-dir, glob");
  const std::vector<std::string_view> many(9, "many");
  EXPECT_EQ(DidYouMean("zzz", many), "");
}

}  // namespace
}  // namespace certhealth
