// SPDX-License-Identifier: Apache-2.0
#include "collectors/renew_before_expiry.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace certhealth {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using namespace std::chrono_literals;  // NOLINT: the literals are the point

CalendarSpan Span(std::string_view text) {
  const Result<CalendarSpan> span = ParseRenewBeforeExpiry(text);
  EXPECT_TRUE(span) << text;
  return span ? *span : CalendarSpan{-1, 0s};
}

WallTime At(std::chrono::year_month_day date) { return std::chrono::sys_days(date) + 10h; }

TEST(RenewBeforeExpiry, ReadsNumbersWithUnits) {
  const std::map<std::string, CalendarSpan> spans = {
      {"30", {0, days(30)}},
      {"30 days", {0, days(30)}},
      {"30days", {0, days(30)}},
      {"10d", {0, days(10)}},
      {"2w", {0, days(14)}},
      {"20 weeks", {0, days(140)}},
      {"1 month", {1, 0s}},
      {"6 months 1 week", {6, days(7)}},
      {"9 hours", {0, hours(9)}},
      {"3 days 12 hours", {0, days(3) + hours(12)}},
      {"90m", {0, minutes(90)}},
      {"720h", {0, days(30)}},
      {"1 year", {12, 0s}},
      {"1.5 days", {0, hours(36)}},
      {"a week", {0, days(7)}},
      {"in 30 days", {0, days(30)}},
      {"30 DAYS", {0, days(30)}},
      {" 30\t days ", {0, days(30)}},
      {"1.5 years", {18, 0s}},
      {"1 week, 2 days", {0, days(9)}},
      {"1w and 2d", {0, days(9)}},
      {"1.333333333 days", {0, 115199s}},
      {"0 days", {0, 0s}},
      {"30\xC2\xA0"
       "days",
       {0, days(30)}},
  };
  for (const auto& [text, span] : spans) EXPECT_EQ(Span(text), span) << text;
}

TEST(RenewBeforeExpiry, RefusesWhatCertbotTakesForNothingOrForSomethingElse) {
  for (const char* text : {"",
                           " ",
                           "garbage",
                           "P30D",
                           "30d12h",
                           "1h30m",
                           "2 fortnights",
                           "10 business days",
                           "1 mon",
                           "1,5 days",
                           "-5 days",
                           "30 days ago",
                           "tomorrow",
                           "in",
                           "in 30",
                           "a",
                           "30 days foo",
                           "aweek",
                           "thirty days",
                           "twelve days",
                           "2 hrs",
                           "0.5 months",
                           "30 5 days",
                           "1.days",
                           ".5 days",
                           "999999999999999999999 days",
                           "8000 years",
                           "2600000 days",
                           "30 days\xFF"}) {
    const Result<CalendarSpan> span = ParseRenewBeforeExpiry(text);
    ASSERT_FALSE(span) << text;
    EXPECT_EQ(span.error().reason, Reason::kBadText);
  }
}

TEST(RenewBeforeExpiry, CountsMonthsOnTheCalendarAndEndsThemWhereTheyEnd) {
  using namespace std::chrono;  // NOLINT: dates read better bare
  EXPECT_EQ(Add(At(2026y / January / 31), {1, 0s}), At(2026y / February / 28));
  EXPECT_EQ(Add(At(2028y / January / 31), {1, 0s}), At(2028y / February / 29));
  EXPECT_EQ(Add(At(2026y / February / 28), {1, 0s}), At(2026y / March / 28));
  EXPECT_EQ(Add(At(2024y / February / 29), {12, 0s}), At(2025y / February / 28));
  EXPECT_EQ(Add(At(2026y / November / 30), {3, days(7)}), At(2027y / March / 7));
}

TEST(RenewBeforeExpiry, StaysInTheCalendarAtItsLargest) {
  using namespace std::chrono;  // NOLINT
  const WallTime end = Add(At(2026y / January / 1), Span("7000 years"));
  EXPECT_EQ(end, At(9026y / January / 1));
}

}  // namespace
}  // namespace certhealth
