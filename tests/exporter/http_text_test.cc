// SPDX-License-Identifier: Apache-2.0
#include "exporter/http_text.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(PreferredEncoding, IsGzipOnlyWhereItIsWanted) {
  for (const char* header :
       {"gzip", "GZIP", "x-gzip", "gzip;q=0.001", "gzip ; q=1.000", "deflate, gzip;q=1.0, *;q=0.5",
        "identity;q=0.5, gzip;q=0.5", "*", "*;q=0.3", "br, zstd, gzip", ", ,gzip", "gzip;x=\",\"",
        "gzip, deflate, br", "identity;q=0, *", "gzip;q=0, x-gzip"}) {
    EXPECT_EQ(PreferredEncoding(header), ContentEncoding::kGzip) << header;
  }
  for (const char* header : {"",
                             "identity",
                             "gzip;q=0",
                             "gzip;q=0.000",
                             "gzip; Q=0",
                             "*;q=0",
                             "gzip;q=0, *",
                             "gzip;q=0.5, identity",
                             "gzip;q=0.5, *;q=0.8",
                             "deflate",
                             "gzipped",
                             "gz ip",
                             "gzip;q=2",
                             "gzip;q=-1",
                             "gzip;q=",
                             "gzip;q=0.0001",
                             "gzip;q=1.001",
                             "gzip;q=x",
                             "\"gzip\"",
                             "\"gzip"}) {
    EXPECT_EQ(PreferredEncoding(header), ContentEncoding::kIdentity) << header;
  }
}

TEST(PreferredFormat, IsOpenMetricsForPrometheus) {
  const char* prometheus_2 =
      "application/openmetrics-text;version=1.0.0,application/"
      "openmetrics-text;version=0.0.1;q=0.75,"
      "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
  const char* prometheus_3 =
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
      "application/openmetrics-text;version=0.0.1;q=0.5,"
      "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/"
      "*;q=0.2";
  for (const char* header :
       {prometheus_2, prometheus_3, "application/openmetrics-text",
        "Application/OpenMetrics-Text; Version=\"1.0.0\"; charset=utf-8",
        "application/openmetrics-text, text/plain", "application/openmetrics-text;q=0.5, */*;q=0.5",
        "application/openmetrics-text;q=0.2, text/plain;version=9;q=0.9"}) {
    EXPECT_EQ(PreferredFormat(header), PageFormat::kOpenMetrics) << header;
  }
}

TEST(PreferredFormat, IsTextForEverybodyElse) {
  for (const char* header :
       {"", "*/*", "text/plain", "text/html,application/xhtml+xml,*/*;q=0.8", "image/png",
        "application/*", "application/openmetrics-text;version=2.0.0",
        "application/openmetrics-text;version=0.0.1", "application/openmetrics-text;q=0",
        "application/openmetrics-text;q=nan",
        "application/openmetrics-text;q=0.3, text/plain;q=0.4",
        "application/openmetrics-text;q=0.3, text/*;q=0.4",
        "application/openmetrics-text;q=0.3, */*", "text/plain, application/openmetrics-text",
        "application/openmetrics-text-not", "application/openmetrics-text;version=\"1.0.0"}) {
    EXPECT_EQ(PreferredFormat(header), PageFormat::kText) << header;
  }
}

TEST(ContentType, IsWhatPrometheusAsksFor) {
  EXPECT_EQ(ContentTypeOf(PageFormat::kText), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(ContentTypeOf(PageFormat::kOpenMetrics),
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
}

TEST(ParseQuery, DecodesNamesAndValuesInOrder) {
  const std::pair<const char*, Pairs> cases[] = {
      {"", {}},
      {"a=b&c=%20", {{"a", "b"}, {"c", " "}}},
      {"&&a&=&b==c&a=1", {{"a", ""}, {"", ""}, {"b", "=c"}, {"a", "1"}}},
      {"target=%5B%3A%3a1%5d:443+x", {{"target", "[::1]:443 x"}}},
      {"%6e%C3%A9=\xC3\xA9", {{"n\xC3\xA9", "\xC3\xA9"}}},
      {"a?b=/c;d", {{"a?b", "/c;d"}}},
  };
  for (const auto& [text, pairs] : cases) {
    const auto parsed = ParseQuery(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().detail;
    EXPECT_EQ(*parsed, pairs) << text;
  }
}

TEST(ParseQuery, RefusesWhatIsNotText) {
  for (const char* text : {"a=%", "a=%2", "a=%2g", "%=a", "a=%FF", "a=\xFF", "a=%C3&b=%A9", "a=%00",
                           "a=%-1", "a=%+1", "a=%ED%A0%80"}) {
    const auto parsed = ParseQuery(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().reason, Reason::kBadText);
  }
}

TEST(ParseQuery, IsBounded) {
  std::string pairs;
  for (int i = 0; i < 64; ++i) pairs += "&a=b";
  EXPECT_EQ(ParseQuery(pairs)->size(), 64U);
  EXPECT_EQ(ParseQuery(pairs + "&a").error().detail, "query: more than 64 parameters");
  EXPECT_TRUE(ParseQuery(std::string(8192, 'a')));
  EXPECT_EQ(ParseQuery(std::string(8193, 'a')).error().detail, "query: longer than 8192 bytes");
}

}  // namespace
}  // namespace certhealth
