// SPDX-License-Identifier: Apache-2.0
#include "exporter/rfc3339.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <optional>

#include "exporter/escape.h"

namespace certhealth {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Takes `shape` off the front of `text`: a '0' in it stands for any digit, anything else for
/// itself in either case. The digits, in order; nothing when the text does not fit.
std::optional<std::string> TakeShape(std::string_view& text, std::string_view shape) {
  if (text.size() < shape.size()) return std::nullopt;
  std::string digits;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == '0' && IsDigit(text[i])) {
      digits += text[i];
    } else if (shape[i] != text[i] && !(shape[i] == 'T' && text[i] == 't')) {
      return std::nullopt;
    }
  }
  if (digits.size() != static_cast<std::size_t>(std::count(shape.begin(), shape.end(), '0'))) {
    return std::nullopt;
  }
  text.remove_prefix(shape.size());
  return digits;
}

int Number(std::string_view digits, std::size_t start, std::size_t length) {
  int number = 0;
  for (const char digit : digits.substr(start, length)) number = 10 * number + (digit - '0');
  return number;
}

std::optional<WallTime> TakeDate(std::string_view& text) {
  const auto digits = TakeShape(text, "0000-00-00");
  if (!digits) return std::nullopt;
  const std::chrono::year_month_day date(
      std::chrono::year(Number(*digits, 0, 4)),
      std::chrono::month(static_cast<unsigned>(Number(*digits, 4, 2))),
      std::chrono::day(static_cast<unsigned>(Number(*digits, 6, 2))));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<seconds> TakeTime(std::string_view& text) {
  const auto digits = TakeShape(text, "T00:00:00");
  if (!digits) return std::nullopt;
  const int hour = Number(*digits, 0, 2);
  const int minute = Number(*digits, 2, 2);
  const int second = Number(*digits, 4, 2);
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;  // 60: a leap second
  if (text.size() >= 2 && text[0] == '.' && IsDigit(text[1])) {
    text.remove_prefix(1);
    while (!text.empty() && IsDigit(text[0])) text.remove_prefix(1);
  }
  return hours(hour) + minutes(minute) + seconds(second);
}

/// East of Greenwich is positive.
std::optional<seconds> TakeOffset(std::string_view& text) {
  if (text == "Z" || text == "z") {
    text = {};
    return seconds(0);
  }
  for (const std::string_view shape : {"+00:00", "-00:00"}) {
    const auto digits = TakeShape(text, shape);
    if (!digits) continue;
    const int hour = Number(*digits, 0, 2);
    const int minute = Number(*digits, 2, 2);
    if (hour > 23 || minute > 59) return std::nullopt;
    return (shape[0] == '-' ? -1 : 1) * seconds(hours(hour) + minutes(minute));
  }
  return std::nullopt;
}

}  // namespace

Result<WallTime> ParseRfc3339(std::string_view text) {
  const Failure bad{Reason::kBadText,
                    "'" + Printable(text) +
                        "' is not a moment such as 2026-12-24T00:00:00Z or a date such as "
                        "2026-12-24"};
  std::string_view rest = text;
  const auto date = TakeDate(rest);
  if (!date) return bad;
  if (rest.empty()) return *date;
  const auto time = TakeTime(rest);
  if (!time) return bad;
  if (rest.empty()) {
    return Failure{Reason::kBadText, "'" + Printable(text) +
                                         "' has no offset from UTC, did you mean '" +
                                         Printable(text) + "Z'?"};
  }
  const auto offset = TakeOffset(rest);
  if (!offset || !rest.empty()) return bad;
  return *date + *time - *offset;
}

std::string ToRfc3339(WallTime moment) {
  const auto midnight = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss time(moment - midnight);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return text.data();
}

}  // namespace certhealth
