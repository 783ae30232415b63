// SPDX-License-Identifier: Apache-2.0
#include "exporter/rfc3339.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <ctime>
#include <string>

namespace certhealth {
namespace {

using std::chrono::seconds;

struct Written {
  const char* text;
  std::int64_t unix_seconds;  // as `date -u -d TEXT +%s` says
};

TEST(Rfc3339, ReadsMomentsAndDates) {
  for (const auto& [text, unix_seconds] :
       {Written{"2026-12-24T00:00:00Z", 1798070400}, Written{"2026-12-24", 1798070400},
        Written{"2026-12-24T01:00:00+01:00", 1798070400},
        Written{"2026-12-23T18:30:00-05:30", 1798070400},
        Written{"2026-12-24t00:00:00z", 1798070400},
        Written{"2026-12-24T00:00:00.999Z", 1798070400},
        Written{"2024-02-29T12:34:56Z", 1709210096}, Written{"1970-01-01T00:00:00Z", 0},
        Written{"9999-12-31T23:59:59Z", 253402300799},
        Written{"2016-12-31T23:59:60Z", 1483228800}}) {
    const auto parsed = ParseRfc3339(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().detail;
    EXPECT_EQ(parsed->time_since_epoch().count(), unix_seconds) << text;
  }
}

TEST(Rfc3339, WantsToKnowWhoseMidnightItIs) {
  const auto parsed = ParseRfc3339("2026-12-24T00:00:00");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().detail,
            "'2026-12-24T00:00:00' has no offset from UTC, did you mean '2026-12-24T00:00:00Z'?");
}

TEST(Rfc3339, RefusesWhatIsNoMoment) {
  for (const char* text : {"",
                           "tomorrow",
                           "2026",
                           "2026-12",
                           "2026-12-24T",
                           "2026-02-30",
                           "2025-02-29T00:00:00Z",
                           "2026-13-01",
                           "2026-00-10",
                           "2026-12-24 00:00:00Z",
                           "2026-12-24T24:00:00Z",
                           "2026-12-24T00:60:00Z",
                           "2026-12-24T00:00:61Z",
                           "2026-12-24T00:00Z",
                           "2026-12-24T00:00:00+1:00",
                           "2026-12-24T00:00:00+24:00",
                           "2026-12-24T00:00:00.Z",
                           "2026-12-24T00:00:00Zx",
                           "2026-12-24Z",
                           "-026-12-24",
                           "26-12-24",
                           "2026/12/24"}) {
    const auto parsed = ParseRfc3339(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error().detail, testing::HasSubstr("is not a moment such as")) << text;
  }
}

TEST(Rfc3339, WritesWhatTheCLibraryWritesAndReadsItBack) {
  for (std::int64_t at = -62135596800; at < 253402300800; at += 7919 * 86399LL) {
    const WallTime moment{seconds(at)};
    const std::time_t time = at;
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "-%m-%dT%H:%M:%SZ", &parts);
    const std::string written = ToRfc3339(moment);
    EXPECT_EQ(written.substr(4), text.data());
    EXPECT_EQ(std::stoi(written.substr(0, 4)), parts.tm_year + 1900);
    const auto parsed = ParseRfc3339(written);
    ASSERT_TRUE(parsed) << written;
    EXPECT_EQ(*parsed, moment);
  }
}

}  // namespace
}  // namespace certhealth
