// SPDX-License-Identifier: Apache-2.0
#include "exporter/phrases.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace certhealth {
namespace {

std::string Counted(std::int64_t count, std::string_view unit) {
  return std::to_string(count) + " " + std::string(unit) + (count == 1 ? "" : "s");
}

}  // namespace

std::string FormatDate(WallTime moment) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(moment));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", int{date.year()},
                unsigned{date.month()}, unsigned{date.day()});
  return text.data();
}

std::string FormatMoment(WallTime moment) {
  const std::chrono::hh_mm_ss time(moment - std::chrono::floor<std::chrono::days>(moment));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), " %02d:%02d UTC", static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()));
  return FormatDate(moment) + text.data();
}

std::string FormatSpan(std::chrono::seconds span) {
  using std::chrono::days;
  using std::chrono::hours;
  using std::chrono::minutes;
  // Validities end a second early (RFC 5280 counts both ends): a third of 90 days is 30 days to
  // people.
  span = std::max(span + std::chrono::seconds{1}, std::chrono::seconds{0});
  const auto whole_days = std::chrono::floor<days>(span);
  const auto whole_hours = std::chrono::floor<hours>(span - whole_days);
  const auto whole_minutes = std::chrono::floor<minutes>(span - whole_days - whole_hours);
  if (whole_days >= days{10}) return Counted(whole_days.count(), "day");
  if (whole_days > days{0}) {
    std::string text = Counted(whole_days.count(), "day");
    if (whole_hours > hours{0}) text += " " + Counted(whole_hours.count(), "hour");
    return text;
  }
  if (whole_hours > hours{0}) return Counted(whole_hours.count(), "hour");
  return Counted(whole_minutes.count(), "minute");
}

std::string FormatList(std::span<const std::string> items, std::size_t most) {
  const std::size_t shown = items.size() > most ? most - 1 : items.size();
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  if (shown < items.size()) text += " and " + std::to_string(items.size() - shown) + " more";
  return text;
}

}  // namespace certhealth
