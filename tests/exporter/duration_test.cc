// SPDX-License-Identifier: Apache-2.0
#include "exporter/duration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace certhealth {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

struct Written {
  const char* text;
  milliseconds duration;
};

TEST(Duration, ReadsWhatPrometheusReads) {
  for (const auto& [text, duration] :
       {Written{"60s", seconds(60)}, Written{"5m", minutes(5)}, Written{"1h30m", minutes(90)},
        Written{"1d", hours(24)}, Written{"2w", hours(24 * 14)}, Written{"1y", hours(24 * 365)},
        Written{"500ms", milliseconds(500)}, Written{"1m500ms", milliseconds(60500)},
        Written{"0", seconds(0)}, Written{"0s", seconds(0)}, Written{"007m", minutes(7)},
        Written{"1y2w3d4h5m6s7ms",
                hours(24 * (365 + 14 + 3) + 4) + minutes(5) + seconds(6) + milliseconds(7)}}) {
    const auto parsed = ParseDuration(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().detail;
    EXPECT_EQ(*parsed, duration) << text;
  }
}

TEST(Duration, AsksForTheUnitOfABareNumber) {
  const auto parsed = ParseDuration("60");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error(), (Failure{Reason::kBadText, "'60' has no unit, did you mean '60s'?"}));
}

TEST(Duration, RefusesWhatPrometheusRefuses) {
  for (const char* text : {"", " ", "s", "-5s", "+5s", "1.5h", "5 m", " 5m", "5m ", "1m1h", "1m1m",
                           "5min", "5M", "1h30", "m5", "1s1s", "1ms1s", "5m\x1b"}) {
    const auto parsed = ParseDuration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error().detail, HasSubstr("is not a duration such as")) << text;
  }
}

TEST(Duration, NeverOverflows) {
  EXPECT_TRUE(ParseDuration("100y"));
  for (const std::string& text :
       {std::string("100y1ms"), std::string("101y"), std::string("9223372036854775807ms"),
        std::string("99999999999999999999s"), std::string("99y9223372036854775807w"),
        std::string(5000, '9') + "s"}) {
    const auto parsed = ParseDuration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error().detail, HasSubstr("is longer than 100y")) << text;
    EXPECT_LT(parsed.error().detail.size(), 200U);
  }
}

}  // namespace
}  // namespace certhealth
