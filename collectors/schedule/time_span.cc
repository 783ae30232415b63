// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/time_span.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "collectors/base/utf8.h"
#include "collectors/schedule/text.h"

namespace certhealth {

Result<std::chrono::seconds> ParseTimeSpan(std::string_view text) {
  struct Unit {
    std::string_view name;
    double seconds;
  };
  static constexpr std::array<Unit, 29> kUnits{{
      {"", 1},
      {"s", 1},
      {"sec", 1},
      {"second", 1},
      {"seconds", 1},
      {"m", 60},
      {"min", 60},
      {"minute", 60},
      {"minutes", 60},
      {"h", 3600},
      {"hr", 3600},
      {"hour", 3600},
      {"hours", 3600},
      {"d", 86400},
      {"day", 86400},
      {"days", 86400},
      {"w", 604800},
      {"week", 604800},
      {"weeks", 604800},
      {"M", 2629800},
      {"month", 2629800},
      {"months", 2629800},
      {"y", 31557600},
      {"year", 31557600},
      {"years", 31557600},
      {"ms", 1e-3},
      {"msec", 1e-3},
      {"us", 1e-6},
      {"usec", 1e-6},
  }};
  constexpr double kMaxSeconds = 100 * 31557600.0;
  const Failure failure{Reason::kBadText,
                        "'" + Shorten(ToValidUtf8(text), 200) + "' is no span of time"};
  std::string_view rest = Trim(text);
  if (rest.empty()) return failure;
  double total = 0;
  while (!rest.empty()) {
    const std::string_view digits = rest.substr(0, rest.find_first_not_of("0123456789"));
    rest.remove_prefix(digits.size());
    double value = 0;
    for (const char digit : digits) value = std::min(value * 10 + (digit - '0'), 1e15);
    bool has_digits = !digits.empty();
    if (rest.starts_with('.')) {
      rest.remove_prefix(1);
      double place = 0.1;
      for (; !rest.empty() && rest.front() >= '0' && rest.front() <= '9'; rest.remove_prefix(1)) {
        value += place * (rest.front() - '0');
        place /= 10;
        has_digits = true;
      }
    }
    if (!has_digits) return failure;
    rest = Trim(rest);
    const std::string_view name = rest.substr(0, rest.find_first_of("0123456789. \t"));
    const auto unit = std::ranges::find(kUnits, name, &Unit::name);
    if (unit == kUnits.end()) return failure;
    total += value * unit->seconds;
    if (total > kMaxSeconds) return failure;
    rest = Trim(rest.substr(name.size()));
  }
  return std::chrono::seconds(static_cast<std::int64_t>(total + 1e-9));
}

}  // namespace certhealth
