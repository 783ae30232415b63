// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/on_calendar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace certhealth {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// What a shell command prints.
std::string OutputOf(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string output;
  char buffer[4096];
  while (pipe && fgets(buffer, sizeof buffer, pipe.get()) != nullptr) output += buffer;
  return output;
}

bool HasSystemdAnalyze() {
  return OutputOf("systemd-analyze calendar daily 2>/dev/null").find("Normalized") !=
         std::string::npos;
}

/// The longest gap among the first elapses that systemd itself computes; zero when it refuses.
seconds GapBySystemd(const std::vector<std::string>& expressions) {
  std::string command =
      "TZ=UTC systemd-analyze calendar --base-time='2001-01-01 UTC' --iterations=900";
  for (const std::string& expression : expressions) command += " '" + expression + "'";
  const std::string output = OutputOf(command + " 2>/dev/null");
  std::vector<std::chrono::sys_seconds> elapses;
  std::chrono::sys_seconds end_of_all = std::chrono::sys_seconds::max();
  std::chrono::sys_seconds last{};
  for (std::size_t at = 0; at < output.size();) {
    const std::size_t end = std::min(output.find('\n', at), output.size());
    const std::string line = output.substr(at, end - at);
    at = end + 1;
    if (line.find("Normalized") != std::string::npos && last != std::chrono::sys_seconds{}) {
      end_of_all = std::min(end_of_all, last);
    }
    const std::size_t colon = line.find(": ");
    if (line.find("elapse") == std::string::npos && line.find("Iter.") == std::string::npos)
      continue;
    int year = 0;
    unsigned month = 0, day = 0;
    int hour = 0, minute = 0, second = 0;
    if (std::sscanf(line.c_str() + colon + 1, " %*s %d-%u-%u %d:%d:%d UTC", &year, &month, &day,
                    &hour, &minute, &second) != 6) {
      continue;
    }
    last = std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) /
                                 std::chrono::day(day)) +
           hours(hour) + minutes(minute) + seconds(second);
    elapses.push_back(last);
  }
  end_of_all = std::min(end_of_all, last);
  std::ranges::sort(elapses);
  seconds longest{};
  for (std::size_t i = 1; i < elapses.size() && elapses[i] <= end_of_all; ++i) {
    longest = std::max(longest, elapses[i] - elapses[i - 1]);
  }
  return longest;
}

TEST(OnCalendar, AgreesWithSystemdOnTheLongestGap) {
  if (!HasSystemdAnalyze()) GTEST_SKIP() << "needs systemd-analyze";
  const std::vector<std::vector<std::string>> cases{
      {"daily"},
      {"HOURLY"},
      {"minutely"},
      {"weekly"},
      {"monthly"},
      {"quarterly"},
      {"semi-annually"},
      {"yearly"},
      {"*-*-* 00,12:00:00"},
      {"*-*-* 00/12:00:00"},
      {"00/12:00:00"},
      {"Mon *-*-*"},
      {"Mon"},
      {"Mon,Thu 03:15"},
      {"Mon..Fri 3:0"},
      {"Sat..Sun 3:0"},
      {"Monday..friday, 3:0"},
      {"Mon-Fri 3:0"},
      {"*-*-* 1..5/2,8:0"},
      {"*-*-01,15 04:00"},
      {"*-*-1..7/2 4:0"},
      {"*-1/2-01 04:00"},
      {"5-6"},
      {"*-*"},
      {"*-*~3"},
      {"*-*~2/1"},
      {"*-*~1..3"},
      {"*-*~07/1 12:00"},
      {"*:0/30"},
      {"*:*:0/20"},
      {"*:*:5,10"},
      {"10:00 UTC"},
      {"Mon *-*-1..7 05:00:00"},
      {"*-*-* 04:42", "*-*-* 15:17"},
      {"Mon 04:00", "Thu 05:00"},
      {"*-*-01 00:00", "*-*-15 12:00", "Fri 6:0"},
  };
  for (const auto& expressions : cases) {
    const seconds judged = GapBySystemd(expressions);
    ASSERT_GT(judged.count(), 0) << expressions.front();
    const auto gap = LongestGapOfCalendars(expressions);
    ASSERT_TRUE(gap) << gap.error().detail;
    EXPECT_EQ(gap->count(), judged.count()) << expressions.front();
  }
}

TEST(OnCalendar, RefusesWhatSystemdRefuses) {
  const std::vector<std::string> cases{"",
                                       "12",
                                       "0/2",
                                       "*",
                                       "Fri..Mon",
                                       "Sun..Mon",
                                       "Mon, Tue 0:0",
                                       "24:00",
                                       "*-13-1",
                                       "*-*-32",
                                       "*-*-* 5..1:0",
                                       "*-*-* */2:00:00",
                                       "*-*-* 1/0:0",
                                       "*-*-* *:59/7",
                                       "*-*-*T03:00",
                                       "daily daily",
                                       "Mon.. 1:1",
                                       "someday",
                                       "*-*-* 1:2:3:4",
                                       "1:-1",
                                       "*-0-1",
                                       "Mon Tue 1:1",
                                       "-",
                                       ":"};
  const bool judge = HasSystemdAnalyze();
  for (const std::string& expression : cases) {
    const auto recurrence = ParseOnCalendar(expression);
    EXPECT_FALSE(recurrence) << expression;
    if (judge) {
      EXPECT_EQ(GapBySystemd({expression}).count(), 0) << expression;
    }
  }
}

TEST(OnCalendar, KnowsTheGapsOfThePackagedTimers) {
  // Debian, Fedora, and what snapd makes up: the longer of the two halves of the day.
  EXPECT_EQ(*LongestGapOfCalendars({"*-*-* 00,12:00:00"}), hours(12));
  EXPECT_EQ(*LongestGapOfCalendars({"*-*-* 00/12:00:00"}), hours(12));
  EXPECT_EQ(*LongestGapOfCalendars({"*-*-* 04:42", "*-*-* 15:17"}), hours(13) + minutes(25));
}

TEST(OnCalendar, CountsStepsByTheManual) {
  // systemd 252 leaves out the first elapse of a month or a year after steps that do not fill the
  // day or the month before: a fault of its own, which makes these gaps 10 hours and 13 days once
  // in a while.
  EXPECT_EQ(*LongestGapOfCalendars({"00/7:30"}), hours(7));
  EXPECT_EQ(*LongestGapOfCalendars({"*-*-01/9"}), days(9));
}

TEST(OnCalendar, KnowsNoGapOfWhatDoesNotRecur) {
  for (const std::string expression : {"2027-01-01", "@1234", "2026..2028-*-* 3:00", "*-02-30"}) {
    EXPECT_FALSE(LongestGapOfCalendars({expression})) << expression;
  }
  EXPECT_FALSE(LongestGapOfCalendars({}));
}

TEST(OnCalendar, CountsARareDateOverTheWholeCycleOfTheCalendar) {
  EXPECT_EQ(*LongestGapOfCalendars({"*-02-29"}), days(4 * 365 + 1));
  EXPECT_EQ(*LongestGapOfCalendars({"Mon *-02-29"}), days(28 * 365 + 7));
}

TEST(OnCalendar, GivesUpOnMoreDifferentDaysThanAnyoneWrites) {
  std::vector<std::string> same_days, other_days;
  for (int i = 1; i <= 20; ++i) {
    same_days.push_back("*-*-* " + std::to_string(i) + ":00");
    other_days.push_back("*-*-" + std::to_string(i));
  }
  EXPECT_EQ(*LongestGapOfCalendars(same_days), hours(5));
  EXPECT_FALSE(LongestGapOfCalendars(other_days));
  EXPECT_FALSE(LongestGapOfCalendars(std::vector<std::string>(65, "daily")));
}

}  // namespace
}  // namespace certhealth
