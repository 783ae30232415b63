// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/on_calendar.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/schedule/text.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxExpressions = 64;

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kShorthands{{
    {"minutely", "*-*-* *:*:00"},
    {"hourly", "*-*-* *:00:00"},
    {"daily", "*-*-* 00:00:00"},
    {"weekly", "Mon *-*-* 00:00:00"},
    {"monthly", "*-*-01 00:00:00"},
    {"quarterly", "*-01,04,07,10-01 00:00:00"},
    {"semiannually", "*-01,07-01 00:00:00"},
    {"semi-annually", "*-01,07-01 00:00:00"},
    {"biannually", "*-01,07-01 00:00:00"},
    {"yearly", "*-01-01 00:00:00"},
    {"annually", "*-01-01 00:00:00"},
}};

constexpr std::array<std::string_view, 7> kWeekdays{"sunday",   "monday", "tuesday", "wednesday",
                                                    "thursday", "friday", "saturday"};

Failure NotACalendar(std::string_view expression) {
  return {Reason::kBadText, "OnCalendar=" + Shorten(ToValidUtf8(expression), 200) +
                                " is not understood: its period is not known"};
}

/// The values of one component of a date or time.
struct Range {
  std::uint32_t low;
  std::uint32_t high;
};
using Component = std::bitset<64>;

Component All(Range range) {
  Component all;
  for (std::uint32_t value = range.low; value <= range.high; ++value) all.set(value);
  return all;
}

/// Whether steps count from the start of a component, or, for days after a `~`, towards the end of
/// the month, which is day 1.
enum class Direction { kUp, kDown };

/// One of `N`, `N..M`, `N/S`, `N..M/S`, as a set.
std::optional<Component> ParseElement(std::string_view text, Range allowed, Direction direction) {
  std::uint32_t step = 0;
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const auto number = ParseDecimal(text.substr(slash + 1));
    if (!number || *number == 0 || *number > allowed.high - allowed.low) return std::nullopt;
    step = *number;
    text = text.substr(0, slash);
  }
  const std::size_t dots = text.find("..");
  const auto start = ParseDecimal(text.substr(0, dots));
  if (!start || *start < allowed.low || *start > allowed.high) return std::nullopt;
  Range range{*start, *start};
  if (dots != std::string_view::npos) {
    const auto stop = ParseDecimal(text.substr(dots + 2));
    if (!stop || *stop < range.low || *stop > allowed.high) return std::nullopt;
    range.high = *stop;
  } else if (step != 0) {
    (direction == Direction::kUp ? range.high : range.low) =
        direction == Direction::kUp ? allowed.high : allowed.low;
    if (range.high - range.low < step) return std::nullopt;  // never repeats: systemd refuses it
  }
  Component component;
  const std::uint32_t stride = std::max(step, std::uint32_t{1});
  for (std::uint32_t offset = 0; offset <= range.high - range.low; offset += stride) {
    component.set(direction == Direction::kUp ? range.low + offset : range.high - offset);
  }
  return component;
}

std::optional<Component> ParseComponent(std::string_view text, Range allowed,
                                        Direction direction = Direction::kUp) {
  if (text == "*") return All(allowed);
  Component component;
  for (const std::string_view element : Split(text, ',')) {
    const auto values = ParseElement(element, allowed, direction);
    if (!values) return std::nullopt;
    component |= *values;
  }
  return component;
}

std::optional<unsigned> ParseWeekday(std::string_view name) {
  for (unsigned i = 0; i < kWeekdays.size(); ++i) {
    if (name == kWeekdays[i] || name == kWeekdays[i].substr(0, 3)) return i;
  }
  return std::nullopt;
}

/// `mon,wed..fri`: systemd's week ends with Sunday, so that `sat..sun` is a range and `sun..mon`
/// none.
std::optional<std::bitset<7>> ParseWeekdays(std::string_view text) {
  std::bitset<7> days;
  if (text.ends_with(',')) text.remove_suffix(1);  // accepted for old units
  for (const std::string_view element : Split(text, ',')) {
    std::size_t separator = element.find("..");
    std::size_t length = 2;
    if (separator == std::string_view::npos) {
      separator = element.find('-');
      length = 1;
    }
    const auto first = ParseWeekday(element.substr(0, separator));
    const auto last = separator == std::string_view::npos
                          ? first
                          : ParseWeekday(element.substr(separator + length));
    if (!first || !last) return std::nullopt;
    const unsigned from = (*first + 6) % 7;
    const unsigned to = (*last + 6) % 7;
    if (from > to) return std::nullopt;
    for (unsigned day = from; day <= to; ++day) days.set((day + 1) % 7);
  }
  return days;
}

/// `Y-M-D`, `M-D`, `Y-M~D`. Only `*` will do for the year: any other ends.
std::optional<DayRule> ParseDate(std::string_view text) {
  const std::size_t tilde = text.find('~');
  std::vector<std::string_view> parts = Split(text.substr(0, tilde), '-');
  DayRule rule;
  if (tilde != std::string_view::npos) {
    rule.days_from_end = true;
    parts.push_back(text.substr(tilde + 1));
  }
  if (parts.size() == 3) {
    if (parts.front() != "*") return std::nullopt;
    parts.erase(parts.begin());
  }
  if (parts.size() != 2) return std::nullopt;
  const auto months = ParseComponent(parts[0], {1, 12});
  const auto days =
      ParseComponent(parts[1], {1, 31}, rule.days_from_end ? Direction::kDown : Direction::kUp);
  if (!months || !days) return std::nullopt;
  rule.months = std::bitset<13>(months->to_ullong());
  rule.days = std::bitset<32>(days->to_ullong());
  return rule;
}

/// Seconds, with a fraction cut off.
std::optional<Component> ParseSeconds(std::string_view text) {
  if (text.find('.') == std::string_view::npos || text.find("..") != std::string_view::npos) {
    return ParseComponent(text, {0, 59});
  }
  const std::size_t dot = text.find('.');
  if (!ParseDecimal(text.substr(dot + 1))) return std::nullopt;
  return ParseComponent(text.substr(0, dot), {0, 59});
}

/// `H:M`, `H:M:S`.
std::optional<TimesOfDay> ParseTime(std::string_view text) {
  const std::vector<std::string_view> parts = Split(text, ':');
  if (parts.size() != 2 && parts.size() != 3) return std::nullopt;
  const auto hours = ParseComponent(parts[0], {0, 23});
  const auto minutes = ParseComponent(parts[1], {0, 59});
  const auto seconds = ParseSeconds(parts.size() == 3 ? parts[2] : "0");
  if (!hours || !minutes || !seconds) return std::nullopt;
  TimesOfDay times;
  for (std::size_t hour = 0; hour < 24; ++hour) {
    if (!(*hours)[hour]) continue;
    for (std::size_t minute = 0; minute < 60; ++minute) {
      if (!(*minutes)[minute]) continue;
      for (std::size_t second = 0; second < 60; ++second) {
        if ((*seconds)[second]) times.set(hour * 3600 + minute * 60 + second);
      }
    }
  }
  return times;
}

/// A time zone's name, as the last word: "UTC", "Europe/Berlin".
bool IsTimeZone(std::string_view word) {
  if (ToLower(word) == "utc") return true;
  return word.find('/') != std::string_view::npos &&
         word.find_first_of(":*,.") == std::string_view::npos &&
         (word.front() >= 'A' && word.front() <= 'Z');
}

}  // namespace

Result<Recurrence> ParseOnCalendar(std::string_view expression) {
  std::vector<std::string_view> words;
  for (std::string_view rest = expression; words.size() < 5;) {
    const std::string_view word = TakeWord(rest);
    if (word.empty()) break;
    words.push_back(word);
  }
  if (words.size() > 1 && IsTimeZone(words.back())) words.pop_back();
  if (words.empty() || words.size() > 3) return NotACalendar(expression);

  const std::string lower = ToLower(words.front());
  const auto shorthand = std::ranges::find(kShorthands, std::string_view(lower),
                                           [](const auto& row) { return row.first; });
  if (shorthand != kShorthands.end()) {
    if (words.size() != 1) return NotACalendar(expression);
    return ParseOnCalendar(shorthand->second);
  }

  Recurrence recurrence;
  recurrence.times.set(0);  // midnight, when no time is given
  auto word = words.begin();
  if (lower.front() >= 'a' && lower.front() <= 'z') {
    const auto weekdays = ParseWeekdays(lower);
    if (!weekdays) return NotACalendar(expression);
    recurrence.days.weekdays = *weekdays;
    ++word;
  }
  if (word != words.end() && word->find(':') == std::string_view::npos) {
    const auto date = ParseDate(*word);
    if (!date) return NotACalendar(expression);
    const std::bitset<7> weekdays = recurrence.days.weekdays;
    recurrence.days = *date;
    recurrence.days.weekdays = weekdays;
    ++word;
  }
  if (word != words.end()) {
    const auto times = ParseTime(*word);
    if (!times) return NotACalendar(expression);
    recurrence.times = *times;
    ++word;
  }
  if (word != words.end()) return NotACalendar(expression);
  return recurrence;
}

Result<std::chrono::seconds> LongestGapOfCalendars(const std::vector<std::string>& expressions) {
  if (expressions.size() > kMaxExpressions) {
    return Failure{Reason::kBadText, "too many OnCalendar= lines: the period is not known"};
  }
  std::vector<Recurrence> recurrences;
  for (const std::string& expression : expressions) {
    Result<Recurrence> recurrence = ParseOnCalendar(expression);
    if (!recurrence) return recurrence.error();
    recurrences.push_back(std::move(recurrence).value());
  }
  const std::optional<std::chrono::seconds> gap = LongestGap(recurrences);
  if (!gap) return Failure{Reason::kBadText, "OnCalendar= never elapses, or in too many ways"};
  return *gap;
}

}  // namespace certhealth
