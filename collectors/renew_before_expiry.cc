// SPDX-License-Identifier: Apache-2.0
#include "collectors/renew_before_expiry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "collectors/base/utf32.h"
#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

constexpr int kMaxMonths = 7000 * 12;
constexpr std::chrono::seconds kMaxRest = std::chrono::hours(24) * 365 * 7000;

struct Unit {
  std::u32string_view name;
  int months;  // 0: counted in seconds
  std::chrono::seconds length;
};

// parsedatetime's units of en_US (pdt_locales/base.py); "hrs" and "wks" are none.
constexpr std::chrono::seconds kSecond{1};
constexpr std::chrono::seconds kMinute{60};
constexpr std::chrono::seconds kHour{3600};
constexpr std::chrono::seconds kDay{86400};
constexpr std::chrono::seconds kWeek = 7 * kDay;
constexpr std::chrono::seconds kNone{0};
constexpr std::array<Unit, 29> kUnits = {{
    {U"second", 0, kSecond},  {U"seconds", 0, kSecond}, {U"sec", 0, kSecond},
    {U"secs", 0, kSecond},    {U"s", 0, kSecond},       {U"minute", 0, kMinute},
    {U"minutes", 0, kMinute}, {U"min", 0, kMinute},     {U"mins", 0, kMinute},
    {U"m", 0, kMinute},       {U"hour", 0, kHour},      {U"hours", 0, kHour},
    {U"hr", 0, kHour},        {U"h", 0, kHour},         {U"day", 0, kDay},
    {U"days", 0, kDay},       {U"dy", 0, kDay},         {U"d", 0, kDay},
    {U"week", 0, kWeek},      {U"weeks", 0, kWeek},     {U"wk", 0, kWeek},
    {U"w", 0, kWeek},         {U"month", 1, kNone},     {U"months", 1, kNone},
    {U"mth", 1, kNone},       {U"year", 12, kNone},     {U"years", 12, kNone},
    {U"yr", 12, kNone},       {U"y", 12, kNone},
}};

struct NumberWord {
  std::u32string_view word;
  int value;
};

// The words parsedatetime knows on every machine. "twelve" and "thirty" it knows only where PyICU
// is installed, so that a conf that has them renews on one machine and not on the next.
constexpr std::array<NumberWord, 22> kNumberWords = {{
    {U"a", 1},         {U"an", 1},       {U"zero", 0},     {U"one", 1},        {U"two", 2},
    {U"three", 3},     {U"four", 4},     {U"five", 5},     {U"six", 6},        {U"seven", 7},
    {U"eight", 8},     {U"nine", 9},     {U"ten", 10},     {U"eleven", 11},    {U"thirteen", 13},
    {U"fourteen", 14}, {U"fifteen", 15}, {U"sixteen", 16}, {U"seventeen", 17}, {U"eighteen", 18},
    {U"nineteen", 19}, {U"twenty", 20},
}};

bool IsDigit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool IsLetter(char32_t c) { return c >= U'a' && c <= U'z'; }

/// The front of `text` of which every character satisfies `belongs`; `text` goes on behind it.
template <typename Predicate>
std::u32string_view TakeWhile(std::u32string_view& text, Predicate belongs) {
  const auto end = std::find_if_not(text.begin(), text.end(), belongs);
  const auto size = static_cast<std::size_t>(end - text.begin());
  const std::u32string_view taken = text.substr(0, size);
  text.remove_prefix(size);
  return taken;
}

/// "30", "1.5": digits, and digits behind one point. Infinity is as good as any number too large.
std::optional<double> TakeNumber(std::u32string_view& text) {
  std::string digits = ToUtf8(TakeWhile(text, IsDigit));
  if (digits.empty()) return std::nullopt;
  if (text.size() > 1 && text[0] == U'.' && IsDigit(text[1])) {
    text.remove_prefix(1);
    digits += "." + ToUtf8(TakeWhile(text, IsDigit));
  }
  return std::strtod(digits.c_str(), nullptr);
}

/// What may stand between two terms: blanks, commas, "and".
std::u32string_view TakeSeparator(std::u32string_view& text) {
  const std::u32string_view taken =
      TakeWhile(text, [](char32_t c) { return IsBlank(c) || c == U','; });
  if (!taken.empty() && text.starts_with(U"and") && text.size() > 3 && IsBlank(text[3])) {
    text = Strip(text.substr(3));
  }
  return taken;
}

std::optional<double> NumberOf(std::u32string_view word) {
  for (const NumberWord& number : kNumberWords) {
    if (number.word == word) return number.value;
  }
  return std::nullopt;
}

const Unit* UnitOf(std::u32string_view word) {
  const auto* unit = std::find_if(kUnits.begin(), kUnits.end(),
                                  [word](const Unit& candidate) { return candidate.name == word; });
  return unit == kUnits.end() ? nullptr : unit;
}

/// `span` with so many units more; nothing when that is too much or no whole number of months.
std::optional<CalendarSpan> Plus(CalendarSpan span, double amount, const Unit& unit) {
  if (unit.months > 0) {
    const double months = amount * unit.months;
    if (months > kMaxMonths - span.months || months != std::floor(months)) return std::nullopt;
    span.months += static_cast<int>(months);
    return span;
  }
  const double seconds = amount * static_cast<double>(unit.length.count());
  if (seconds > static_cast<double>((kMaxRest - span.rest).count())) return std::nullopt;
  // Python's timedelta counts in microseconds; parsedatetime drops what is below the second.
  const double microseconds = std::nearbyint(seconds * 1e6);
  span.rest += std::chrono::seconds(static_cast<std::int64_t>(microseconds / 1e6));
  return span;
}

/// `text` without blanks at its ends, in lower case.
std::optional<CalendarSpan> Parse(std::u32string_view text) {
  std::u32string_view digits = text;
  if (!TakeWhile(digits, IsDigit).empty() && digits.empty()) {
    return Plus({}, TakeNumber(text).value_or(0), *UnitOf(U"days"));
  }
  if (text.starts_with(U"in") && text.size() > 2 && IsBlank(text[2])) {
    text = Strip(text.substr(2));
  }
  if (text.empty()) return std::nullopt;
  std::optional<CalendarSpan> span = CalendarSpan{};
  while (span && !text.empty()) {
    std::optional<double> amount = TakeNumber(text);
    const bool is_word = !amount;
    if (is_word) amount = NumberOf(TakeWhile(text, IsLetter));
    const bool apart = !TakeWhile(text, IsBlank).empty();
    if (!amount || (is_word && !apart)) return std::nullopt;
    const Unit* unit = UnitOf(TakeWhile(text, IsLetter));
    const bool ends_here = text.empty() || !TakeSeparator(text).empty();
    if (unit == nullptr || !ends_here) return std::nullopt;
    span = Plus(*span, *amount, *unit);
  }
  return span;
}

}  // namespace

Result<CalendarSpan> ParseRenewBeforeExpiry(std::string_view text) {
  const auto bad = [text] {
    return Failure{Reason::kBadText,
                   "renew_before_expiry = " + Shorten(ToValidUtf8(text.substr(0, 200)), 80) +
                       " is no length of time; write a number of days"};
  };
  if (text.size() > 1000 || !IsValidUtf8(text)) return bad();
  std::u32string lower = ToUtf32(text);
  for (char32_t& c : lower) {
    if (c >= U'A' && c <= U'Z') c += U'a' - U'A';
  }
  const std::optional<CalendarSpan> span = Parse(Strip(lower));
  if (!span) return bad();
  return *span;
}

WallTime Add(WallTime moment, CalendarSpan span) {
  const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(moment);
  std::chrono::year_month_day date{day};
  date += std::chrono::months(span.months);
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  return std::chrono::sys_days{date} + (moment - day) + span.rest;
}

}  // namespace certhealth
