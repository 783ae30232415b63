// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/challenge_uri.h"

#include <array>

namespace certhealth {
namespace {

constexpr std::array<std::string_view, 2> kUris = {
    "/.well-known/acme-challenge/evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA",
    "/.well-known/acme-challenge/0_7pdqwmK3nHoVYyTjXcSL5uJBr8eNiOQlzgWhkU42M"};

PatternMatch MatchBoth(const std::string& pattern, PatternCase letters, std::size_t from) {
  const PatternMatch first = MatchPattern(pattern, letters, kUris[0].substr(from));
  const PatternMatch second = MatchPattern(pattern, letters, kUris[1].substr(from));
  return first == second ? first : PatternMatch::kUnknown;
}

}  // namespace

PatternMatch MatchChallengeUri(const std::string& pattern, PatternCase letters) {
  return MatchBoth(pattern, letters, 0);
}

PatternMatch MatchChallengeToken(const std::string& pattern, PatternCase letters) {
  return MatchBoth(pattern, letters, kChallengePrefix.size());
}

}  // namespace certhealth
