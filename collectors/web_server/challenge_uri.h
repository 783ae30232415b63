// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "collectors/web_server/location_pattern.h"

namespace certhealth {

/// What challenges are asked for below.
constexpr std::string_view kChallengeDirectory = "/.well-known/acme-challenge";
constexpr std::string_view kChallengePrefix = "/.well-known/acme-challenge/";

/// Whether `pattern` takes the paths of challenges. Tokens are random: one that takes some of them
/// and leaves others is not for challenges, so that is unknown.
PatternMatch MatchChallengeUri(const std::string& pattern, PatternCase letters);

/// The same of the names of their files.
PatternMatch MatchChallengeToken(const std::string& pattern, PatternCase letters);

}  // namespace certhealth
