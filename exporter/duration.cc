// SPDX-License-Identifier: Apache-2.0
#include "exporter/duration.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>

#include "exporter/escape.h"

namespace certhealth {
namespace {

using std::chrono::milliseconds;

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

constexpr std::int64_t kDay = 24LL * 60 * 60 * 1000;
constexpr std::int64_t kMax = 36500 * kDay;
constexpr std::array kUnits = {
    Unit{"y", 365 * kDay},  Unit{"w", 7 * kDay}, Unit{"d", kDay}, Unit{"h", 60LL * 60 * 1000},
    Unit{"m", 60LL * 1000}, Unit{"s", 1000},     Unit{"ms", 1}};

constexpr std::string_view kDigits = "0123456789";

Failure NotADuration(std::string_view text) {
  return {Reason::kBadText,
          "'" + Printable(text) + "' is not a duration such as 30s, 5m, 1h30m or 1d"};
}

Failure TooLong(std::string_view text) {
  return {Reason::kBadText, "'" + Printable(text) + "' is longer than 100y"};
}

/// Takes a number off the front of `text`; -1 when there is none or it is over kMax.
std::int64_t TakeNumber(std::string_view& text) {
  std::int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc() && number <= kMax ? number : -1;
}

}  // namespace

Result<milliseconds> ParseDuration(std::string_view text) {
  if (text == "0") return milliseconds(0);
  if (text.empty() || kDigits.find(text[0]) == std::string_view::npos) return NotADuration(text);
  if (text.find_first_not_of(kDigits) == std::string_view::npos) {
    return Failure{Reason::kBadText, "'" + Printable(text) + "' has no unit, did you mean '" +
                                         Printable(text) + "s'?"};
  }
  std::int64_t total = 0;
  std::string_view rest = text;
  auto unit = kUnits.begin();
  while (!rest.empty()) {
    if (kDigits.find(rest[0]) == std::string_view::npos) return NotADuration(text);
    const std::int64_t number = TakeNumber(rest);
    if (number < 0) return TooLong(text);
    const std::string_view name = rest.substr(0, rest.find_first_of(kDigits));
    while (unit != kUnits.end() && unit->name != name) ++unit;
    if (unit == kUnits.end()) return NotADuration(text);
    if (number > (kMax - total) / unit->milliseconds) return TooLong(text);
    total += number * unit->milliseconds;
    rest.remove_prefix(name.size());
    ++unit;
  }
  return milliseconds(total);
}

}  // namespace certhealth
