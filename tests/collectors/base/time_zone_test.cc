// SPDX-License-Identifier: Apache-2.0
#include "collectors/base/time_zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using std::chrono::hours;
using std::chrono::local_seconds;
using std::chrono::minutes;
using std::chrono::seconds;

TimeZone Zone(const std::string& name) {
  const auto files = MakePosixFileSystem("/");
  const auto contents = files->Read("/usr/share/zoneinfo/" + name, 65536);
  EXPECT_TRUE(contents) << name;
  auto zone = TimeZone::Parse(contents->bytes);
  EXPECT_TRUE(zone) << name;
  return std::move(zone).value();
}

WallTime Utc(int year, unsigned month, unsigned day, int hour, int minute = 0) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) /
                               std::chrono::day(day)) +
         hours(hour) + minutes(minute);
}

local_seconds Local(int year, unsigned month, unsigned day, int hour, int minute = 0) {
  return local_seconds(Utc(year, month, day, hour, minute).time_since_epoch());
}

TEST(TimeZone, IsUtcByDefault) {
  EXPECT_EQ(TimeZone().ToUtc(Local(2026, 7, 1, 12)), Utc(2026, 7, 1, 12));
}

TEST(TimeZone, KnowsSummerAndWinter) {
  const TimeZone berlin = Zone("Europe/Berlin");
  EXPECT_EQ(berlin.ToUtc(Local(2026, 1, 15, 12)), Utc(2026, 1, 15, 11));
  EXPECT_EQ(berlin.ToUtc(Local(2026, 7, 15, 12)), Utc(2026, 7, 15, 10));
  EXPECT_EQ(berlin.ToUtc(Local(2060, 7, 15, 12)), Utc(2060, 7, 15, 10));  // by the rule
}

TEST(TimeZone, TakesTheHourThatComesTwiceInTheOrderOfTheLog) {
  const TimeZone berlin = Zone("Europe/Berlin");  // 3:00 to 2:00 on 2026-10-25
  const WallTime first = Utc(2026, 10, 25, 0, 30);
  const WallTime second = Utc(2026, 10, 25, 1, 30);
  EXPECT_EQ(berlin.ToUtc(Local(2026, 10, 25, 2, 30)), first);
  EXPECT_EQ(berlin.ToUtc(Local(2026, 10, 25, 2, 30), first), first);
  EXPECT_EQ(berlin.ToUtc(Local(2026, 10, 25, 2, 30), first + seconds(1)), second);
  EXPECT_EQ(berlin.ToUtc(Local(2026, 10, 25, 2, 30), second + hours(5)), second);
  EXPECT_EQ(berlin.ToUtc(Local(2026, 10, 25, 3, 0)), Utc(2026, 10, 25, 2));
  EXPECT_EQ(berlin.ToUtc(Local(2026, 10, 25, 1, 59)), Utc(2026, 10, 24, 23, 59));
}

TEST(TimeZone, ReadsTheHourThatNeverCameByTheRuleBefore) {
  const TimeZone berlin = Zone("Europe/Berlin");  // 2:00 to 3:00 on 2026-03-29
  EXPECT_EQ(berlin.ToUtc(Local(2026, 3, 29, 2, 30)), Utc(2026, 3, 29, 1, 30));
  EXPECT_EQ(berlin.ToUtc(Local(2026, 3, 29, 1, 59)), Utc(2026, 3, 29, 0, 59));
  EXPECT_EQ(berlin.ToUtc(Local(2026, 3, 29, 3, 0)), Utc(2026, 3, 29, 1, 0));
}

/// The C library's opinion.
long LibraryOffset(const std::string& zone, std::time_t time) {
  setenv("TZ", zone.c_str(), 1);
  tzset();
  std::tm local{};
  localtime_r(&time, &local);
  unsetenv("TZ");
  tzset();
  return local.tm_gmtoff;
}

TEST(TimeZone, AgreesWithTheSystem) {
  for (const std::string name :
       {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
        "Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo", "Antarctica/Troll", "Etc/UTC"}) {
    const TimeZone zone = Zone(name);
    for (const int year : {1975, 1999, 2011, 2026, 2039, 2071}) {
      for (const unsigned month : {1U, 4U, 7U, 10U, 12U}) {
        const WallTime at = Utc(year, month, 28, 17);
        EXPECT_EQ(zone.OffsetAt(at).count(), LibraryOffset(name, at.time_since_epoch().count()))
            << name << ' ' << year << '-' << month;
      }
    }
  }
}

TEST(TimeZone, IsThatOfTheTree) {
  const TemporaryTree tree;
  const auto files = MakePosixFileSystem(tree.root());
  const auto real = MakePosixFileSystem("/");
  const WallTime summer = Utc(2026, 7, 1, 12);
  EXPECT_EQ(ReadTimeZone(*files).OffsetAt(summer), hours(0));
  tree.Write("usr/share/zoneinfo/Asia/Tokyo",
             real->Read("/usr/share/zoneinfo/Asia/Tokyo", 65536)->bytes);
  tree.Link("etc/localtime", "/usr/share/zoneinfo/Asia/Tokyo");
  EXPECT_EQ(ReadTimeZone(*files).OffsetAt(summer), hours(9));
  EXPECT_EQ(ReadTimeZone(*files, ":Asia/Tokyo").OffsetAt(summer), hours(9));
  EXPECT_EQ(ReadTimeZone(*files, "Europe/Berlin").OffsetAt(summer), hours(0));  // not in the tree
  EXPECT_EQ(ReadTimeZone(*files, "CET-1CEST,M3.5.0,M10.5.0/3").OffsetAt(summer), hours(2));
}

TEST(TimeZone, RefusesWhatIsNone) {
  const auto files = MakePosixFileSystem("/");
  const std::string berlin = files->Read("/usr/share/zoneinfo/Europe/Berlin", 65536)->bytes;
  for (std::size_t size = 0; size < berlin.size() - 40; size += 13) {
    EXPECT_FALSE(TimeZone::Parse(std::string_view(berlin).substr(0, size))) << size;
  }
  std::string counts = berlin;
  for (std::size_t i = 20; i < 44; ++i) counts[i] = '\xff';
  EXPECT_FALSE(TimeZone::Parse(counts));
}

TEST(ZoneRule, ReadsEveryFormOfADate) {
  const auto offset = [](std::string_view rule, WallTime at) {
    const auto parsed = ParseZoneRule(rule);
    EXPECT_TRUE(parsed) << rule;
    return parsed ? parsed->OffsetAt(at) : seconds(-1);
  };
  EXPECT_EQ(offset("UTC0", Utc(2026, 7, 1, 12)), hours(0));
  EXPECT_EQ(offset("<+0545>-5:45", Utc(2026, 7, 1, 12)), hours(5) + minutes(45));
  EXPECT_EQ(offset("EST5EDT,M3.2.0,M11.1.0", Utc(2026, 7, 1, 12)), hours(-4));
  EXPECT_EQ(offset("EST5EDT,M3.2.0,M11.1.0", Utc(2026, 12, 1, 12)), hours(-5));
  // The southern summer goes over New Year.
  EXPECT_EQ(offset("AEST-10AEDT,M10.1.0,M4.1.0/3", Utc(2026, 1, 1, 0)), hours(11));
  EXPECT_EQ(offset("AEST-10AEDT,M10.1.0,M4.1.0/3", Utc(2026, 7, 1, 0)), hours(10));
  // The 60th day is the 1st of March, or the 29th of February.
  EXPECT_EQ(offset("AAA0BBB,J60/0,J300", Utc(2028, 2, 29, 12)), hours(0));
  EXPECT_EQ(offset("AAA0BBB,J60/0,J300", Utc(2028, 3, 1, 12)), hours(1));
  EXPECT_EQ(offset("AAA0BBB,59/0,299", Utc(2028, 2, 29, 12)), hours(1));
}

TEST(ZoneRule, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "X", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0 ", "<+05-5", "CET-999999999999", "Europe/Berlin"}) {
    EXPECT_FALSE(ParseZoneRule(text)) << text;
  }
}

TEST(TimeZone, IsOursOnlyWhereThisVeryMachineIsLookedAt) {
  setenv("TZ", "Asia/Kathmandu", 1);
  EXPECT_EQ(TimeZoneSettingFor("/"), "Asia/Kathmandu");
  EXPECT_EQ(TimeZoneSettingFor("/host"), "");
  unsetenv("TZ");
  EXPECT_EQ(TimeZoneSettingFor("/"), "");
}

}  // namespace
}  // namespace certhealth
