// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/nginx_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

using Kind = NginxToken::Kind;
using testing::ElementsAre;

std::vector<NginxToken> All(std::string_view text) {
  NginxTokens tokens(text);
  std::vector<NginxToken> all;
  do {
    all.push_back(tokens.Next());
  } while (all.back().kind != Kind::kEnd && all.back().kind != Kind::kError);
  return all;
}

TEST(NginxTokens, CutsDirectivesBlocksAndComments) {
  const auto all = All("http { # a { comment\n  root '/a b'; }\n");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].kind, Kind::kBlockStart);
  EXPECT_THAT(all[0].words, ElementsAre("http"));
  EXPECT_EQ(all[1].kind, Kind::kDirective);
  EXPECT_THAT(all[1].words, ElementsAre("root", "/a b"));
  EXPECT_EQ(all[1].line, 2U);
  EXPECT_EQ(all[2].kind, Kind::kBlockEnd);
  EXPECT_EQ(all[3].kind, Kind::kEnd);
}

TEST(NginxTokens, KeepsWhatOnlyLooksLikeSyntaxInsideAWord) {
  EXPECT_THAT(All("a ${b}c x#y it's \\;z;")[0].words,
              ElementsAre("a", "${b}c", "x#y", "it's", "\\;z"));
  EXPECT_THAT(All("a \"x\\\"y\\n\";")[0].words, ElementsAre("a", "x\"y\n"));
  EXPECT_THAT(All("a b}c;")[0].words, ElementsAre("a", "b}c"));
}

TEST(NginxTokens, RefusesWhatNginxRefuses) {
  for (const char* text : {"a", "a b", "a 'b;", "a }", ";", "{", "a 'b'c;", "a \"", "a {} }x"}) {
    const auto all = All(text);
    EXPECT_EQ(all.back().kind, Kind::kError) << text;
    EXPECT_FALSE(all.back().error.empty()) << text;
  }
}

}  // namespace
}  // namespace certhealth
