// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/recurrence.h"

#include <algorithm>
#include <map>

namespace certhealth {
namespace {

constexpr std::size_t kMaxRules = 8;  // 2^8 different days to look through, at most
constexpr std::int64_t kDaySeconds = 86400;

/// One day's instants, as far as gaps are concerned.
struct DayShape {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t longest_inside = 0;
};

DayShape ShapeOf(const TimesOfDay& times) {
  DayShape shape;
  std::int64_t previous = -1;
  for (std::size_t at = 0; at < times.size(); ++at) {
    if (!times[at]) continue;
    const auto now = static_cast<std::int64_t>(at);
    if (previous < 0) {
      shape.first = now;
    } else {
      shape.longest_inside = std::max(shape.longest_inside, now - previous);
    }
    previous = shape.last = now;
  }
  return shape;
}

bool Matches(const DayRule& rule, const std::chrono::year_month_day& date, unsigned weekday) {
  const auto month_end =
      std::chrono::year_month_day_last(date.year(), date.month() / std::chrono::last);
  const auto day = static_cast<unsigned>(date.day());
  const unsigned index =
      rule.days_from_end ? static_cast<unsigned>(month_end.day()) - day + 1 : day;
  if (!rule.months[static_cast<unsigned>(date.month())]) return false;
  const bool by_day = rule.days[index];
  const bool by_weekday = rule.weekdays[weekday];
  return rule.join == DayRule::Join::kBoth ? by_day && by_weekday : by_day || by_weekday;
}

/// The recurrences with the same days as one.
std::vector<Recurrence> GroupByDays(const std::vector<Recurrence>& recurrences) {
  std::vector<Recurrence> groups;
  for (const Recurrence& recurrence : recurrences) {
    if (recurrence.times.none()) continue;
    const auto known = std::ranges::find(groups, recurrence.days, &Recurrence::days);
    if (known != groups.end()) {
      known->times |= recurrence.times;
    } else {
      groups.push_back(recurrence);
    }
  }
  return groups;
}

}  // namespace

std::optional<std::chrono::seconds> LongestGap(const std::vector<Recurrence>& recurrences) {
  const std::vector<Recurrence> groups = GroupByDays(recurrences);
  if (groups.empty() || groups.size() > kMaxRules) return std::nullopt;

  std::map<unsigned long, DayShape> shapes;  // by the set of groups that fall on the day
  const auto shape_of = [&](unsigned long mask) -> const DayShape& {
    const auto known = shapes.find(mask);
    if (known != shapes.end()) return known->second;
    TimesOfDay times;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if ((mask >> i & 1UL) != 0) times |= groups[i].times;
    }
    return shapes.emplace(mask, ShapeOf(times)).first->second;
  };

  using std::chrono::sys_days;
  const sys_days begin = sys_days(std::chrono::year(2001) / 1 / 1);
  const sys_days end = sys_days(std::chrono::year(2029) / 1 / 1);
  std::optional<std::int64_t> first, previous;
  std::int64_t longest = 0;
  for (sys_days day = begin; day < end; day += std::chrono::days(1)) {
    const std::chrono::year_month_day date(day);
    const unsigned weekday = std::chrono::weekday(day).c_encoding();
    unsigned long mask = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (Matches(groups[i].days, date, weekday)) mask |= 1UL << i;
    }
    if (mask == 0) continue;
    const DayShape& shape = shape_of(mask);
    const std::int64_t midnight = (day - begin).count() * kDaySeconds;
    if (previous) longest = std::max(longest, midnight + shape.first - *previous);
    longest = std::max(longest, shape.longest_inside);
    if (!first) first = midnight + shape.first;
    previous = midnight + shape.last;
  }
  if (!first) return std::nullopt;
  const std::int64_t cycle = (end - begin).count() * kDaySeconds;
  return std::chrono::seconds(std::max(longest, *first + cycle - *previous));
}

}  // namespace certhealth
