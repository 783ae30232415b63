// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/time_span.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace certhealth {
namespace {

TEST(TimeSpan, ReadsWhatSystemdReads) {
  // As `systemd-analyze timespan` prints them.
  const std::pair<const char*, std::int64_t> cases[]{
      {"12h", 43200},  {"12hours", 43200}, {"43200", 43200},  {"1h 30min", 5400},
      {"1h30m", 5400}, {"2 days", 172800}, {"1M", 2629800},   {"1y", 31557600},
      {"5.5h", 19800}, {".5h", 1800},      {"1 h 1 h", 7200}, {"1w", 604800},
      {"3hr", 10800},  {" 5 s ", 5},       {"10us", 0},       {"2minutes", 120},
      {"0", 0}};
  for (const auto& [text, expected] : cases) {
    const auto span = ParseTimeSpan(text);
    ASSERT_TRUE(span) << text;
    EXPECT_EQ(span->count(), expected) << text;
  }
}

TEST(TimeSpan, RefusesWhatIsNone) {
  for (const std::string text :
       {"", "1x", "1d -1h", "99999999999999999999", "infinity", "h", ".", "1.h.", "900y"}) {
    EXPECT_FALSE(ParseTimeSpan(text)) << text;
  }
}

}  // namespace
}  // namespace certhealth
