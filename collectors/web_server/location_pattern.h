// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace certhealth {

enum class PatternMatch { kNo, kYes, kUnknown };
enum class PatternCase { kCounts, kIgnored };

/// Whether the regular expression `pattern` finds itself in `text`, as PCRE reads it: nginx and
/// Apache do. Unknown for one that is too long, is none, or takes too many steps. Pure.
PatternMatch MatchPattern(const std::string& pattern, PatternCase letters, std::string_view text);

}  // namespace certhealth
