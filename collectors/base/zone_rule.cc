// SPDX-License-Identifier: Apache-2.0
#include "collectors/base/zone_rule.h"

namespace certhealth {
namespace {

using std::chrono::seconds;

/// Reads a rule from left to right. After a failure `ok` is false and the values mean nothing.
class RuleText {
 public:
  explicit RuleText(std::string_view text) : text_(text) {}

  bool ok() const { return ok_; }
  bool at_end() const { return text_.empty(); }
  bool Follows(char c) const { return !text_.empty() && text_.front() == c; }

  bool Take(char c) {
    if (!Follows(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void Need(char c) { ok_ = Take(c) && ok_; }

  /// "CET", or "<+03>" where the name is not of letters.
  void Name() {
    std::size_t length = 0;
    if (Follows('<')) {
      length = text_.find('>');
      length = length == std::string_view::npos ? 0 : length + 1;
    } else {
      while (length < text_.size() && IsLetter(text_[length])) ++length;
    }
    ok_ = ok_ && length >= 3;
    text_.remove_prefix(length);
  }

  unsigned Number(unsigned low, unsigned high) {
    unsigned value = 0;
    std::size_t digits = 0;
    while (digits < text_.size() && digits < 4 && text_[digits] >= '0' && text_[digits] <= '9') {
      value = value * 10 + static_cast<unsigned>(text_[digits++] - '0');
    }
    text_.remove_prefix(digits);
    ok_ = ok_ && digits > 0 && value >= low && value <= high;
    return value;
  }

  /// [+-]hh[:mm[:ss]]; RFC 8536 allows up to a week in a date.
  seconds Time() {
    const bool negative = Follows('-');
    if (!Take('-')) Take('+');
    seconds time = std::chrono::hours(Number(0, 167));
    if (Take(':')) time += std::chrono::minutes(Number(0, 59));
    if (Take(':')) time += seconds(Number(0, 59));
    return negative ? -time : time;
  }

  YearlyChange Date() {
    YearlyChange change;
    if (Take('M')) {
      change.month = Number(1, 12);
      Need('.');
      change.week = Number(1, 5);
      Need('.');
      change.day = Number(0, 6);
    } else if (Take('J')) {
      change.kind = YearlyChange::Kind::kDayWithoutLeap;
      change.day = Number(1, 365);
    } else {
      change.kind = YearlyChange::Kind::kDay;
      change.day = Number(0, 365);
    }
    if (Take('/')) change.time = Time();
    return change;
  }

 private:
  static bool IsLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

  std::string_view text_;
  bool ok_ = true;
};

std::chrono::local_days DayOf(const YearlyChange& change, std::chrono::year year) {
  using std::chrono::local_days;
  const local_days new_year(year / std::chrono::January / 1);
  switch (change.kind) {
    case YearlyChange::Kind::kDay:
      return new_year + std::chrono::days(change.day);
    case YearlyChange::Kind::kDayWithoutLeap: {
      const bool after_february = year.is_leap() && change.day >= 60;
      return new_year + std::chrono::days(change.day - (after_february ? 0 : 1));
    }
    case YearlyChange::Kind::kWeekday:
      break;
  }
  const std::chrono::year_month month = year / std::chrono::month(change.month);
  const std::chrono::weekday weekday(change.day);
  if (change.week == 5) return local_days(month / weekday[std::chrono::last]);
  return local_days(month / weekday[change.week]);
}

}  // namespace

std::chrono::local_seconds YearlyChange::In(std::chrono::year year) const {
  return DayOf(*this, year) + time;
}

seconds ZoneRule::OffsetAt(WallTime moment) const {
  if (!daylight) return standard_offset;
  // A change may lie a few hours on the other side of New Year in UTC; no zone has its changes
  // there.
  const std::chrono::local_seconds standard(moment.time_since_epoch() + standard_offset);
  const std::chrono::year year =
      std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(standard)).year();
  const bool after_begin = standard >= daylight->begins.In(year);
  const bool before_end = standard < daylight->ends.In(year) - (daylight->offset - standard_offset);
  const bool northern = daylight->begins.In(year) < daylight->ends.In(year);
  const bool in_daylight = northern ? after_begin && before_end : after_begin || before_end;
  return in_daylight ? daylight->offset : standard_offset;
}

std::optional<ZoneRule> ParseZoneRule(std::string_view text) {
  RuleText rest(text);
  ZoneRule rule;
  rest.Name();
  rule.standard_offset = -rest.Time();  // POSIX counts westward
  if (rest.ok() && !rest.at_end()) {
    ZoneRule::Daylight daylight;
    rest.Name();
    daylight.offset = rule.standard_offset + std::chrono::hours(1);
    if (!rest.Follows(',')) daylight.offset = -rest.Time();
    rest.Need(',');
    daylight.begins = rest.Date();
    rest.Need(',');
    daylight.ends = rest.Date();
    rule.daylight = daylight;
  }
  if (!rest.ok() || !rest.at_end()) return std::nullopt;
  return rule;
}

}  // namespace certhealth
