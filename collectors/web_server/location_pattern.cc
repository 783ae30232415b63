// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/location_pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <cstdint>
#include <memory>

namespace certhealth {
namespace {

/// People write patterns of some dozens of bytes.
constexpr std::size_t kMaxPatternBytes = 1000;
constexpr std::uint32_t kMaxSteps = 20'000;
constexpr std::uint32_t kMaxHeapKib = 256;

template <auto kFree>
struct Free {
  void operator()(auto* handle) const { kFree(handle); }
};

using Code = std::unique_ptr<pcre2_code, Free<pcre2_code_free>>;
using Match = std::unique_ptr<pcre2_match_data, Free<pcre2_match_data_free>>;
using Limits = std::unique_ptr<pcre2_match_context, Free<pcre2_match_context_free>>;

PCRE2_SPTR Units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

}  // namespace

PatternMatch MatchPattern(const std::string& pattern, PatternCase letters, std::string_view text) {
  // "(*NO_START_OPT)" and its like could lift the limits.
  if (pattern.size() > kMaxPatternBytes || pattern.starts_with("(*")) return PatternMatch::kUnknown;
  int error = 0;
  PCRE2_SIZE error_at = 0;
  const std::uint32_t options = letters == PatternCase::kIgnored ? PCRE2_CASELESS : 0U;
  const Code code(
      pcre2_compile(Units(pattern), pattern.size(), options, &error, &error_at, nullptr));
  if (code == nullptr) return PatternMatch::kUnknown;
  const Match match(pcre2_match_data_create_from_pattern(code.get(), nullptr));
  const Limits limits(pcre2_match_context_create(nullptr));
  if (match == nullptr || limits == nullptr) return PatternMatch::kUnknown;
  pcre2_set_match_limit(limits.get(), kMaxSteps);
  pcre2_set_depth_limit(limits.get(), kMaxSteps);
  pcre2_set_heap_limit(limits.get(), kMaxHeapKib);
  const int result =
      pcre2_match(code.get(), Units(text), text.size(), 0, 0, match.get(), limits.get());
  if (result == PCRE2_ERROR_NOMATCH) return PatternMatch::kNo;
  return result >= 0 ? PatternMatch::kYes : PatternMatch::kUnknown;
}

}  // namespace certhealth
