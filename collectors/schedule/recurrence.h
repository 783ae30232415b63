// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <vector>

namespace certhealth {

/// The days of a repeating calendar.
struct DayRule {
  std::bitset<13> months = ~std::bitset<13>{};  // 1..12
  std::bitset<32> days = ~std::bitset<32>{};    // of the month, 1..31
  bool days_from_end = false;                   // then 1 in `days` is the last of the month
  std::bitset<7> weekdays = ~std::bitset<7>{};  // 0 is Sunday
  enum class Join { kBoth, kEither } join = Join::kBoth;  // of days and weekdays; cron has kEither

  bool operator==(const DayRule&) const = default;
};

/// Instants of a day, in seconds since midnight.
using TimesOfDay = std::bitset<86400>;

/// Something that recurs: at each of `times` on each day that `days` allows. Local time, in days of
/// 24 hours: a clock change can make one gap an hour longer.
struct Recurrence {
  DayRule days;
  TimesOfDay times;
};

/// The longest time between two successive instants of any of `recurrences`, over the 28 years in
/// which the calendar repeats itself. nullopt when there is none, or when the days follow more than
/// eight different rules.
std::optional<std::chrono::seconds> LongestGap(const std::vector<Recurrence>& recurrences);

}  // namespace certhealth
