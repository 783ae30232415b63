// SPDX-License-Identifier: Apache-2.0
#include "exporter/sample_text.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

std::string Line(std::string_view labels, std::initializer_list<SampleText::ExtraLabel> extra,
                 double value) {
  SampleText samples("m", "");
  samples.Add(labels, extra, value);
  return std::move(samples).TakeText();
}

TEST(SampleText, WritesLabelsInTheirOrder) {
  EXPECT_EQ(Line("a=\"1\"", {{"b", "2"}}, 3), "m{a=\"1\",b=\"2\"} 3\n");
  EXPECT_EQ(Line("", {{"b", "2"}}, 3), "m{b=\"2\"} 3\n");
  EXPECT_EQ(Line("", {}, 3), "m 3\n");
}

TEST(SampleText, KeepsTimestampsWholeUpToTheYear9999AndBelow1970) {
  EXPECT_EQ(Line("", {}, 253402300799.0), "m 253402300799\n");
  EXPECT_EQ(Line("", {}, -62135596800.0), "m -62135596800\n");
}

TEST(SampleText, GivesFractionsSixDecimals) {
  EXPECT_EQ(Line("", {}, 1.0 / 3), "m 0.333333\n");
  EXPECT_EQ(Line("", {}, -0.5), "m -0.500000\n");
}

TEST(SampleText, EscapesWhatWouldEndALabelOrTheLine) {
  EXPECT_EQ(EscapeLabelValue("a\\b\"c\nd"), "a\\\\b\\\"c\\nd");
}

TEST(SampleText, ReplacesControlCharactersAndBytesThatAreNoText) {
  EXPECT_EQ(EscapeLabelValue(std::string_view("\r\0\x7f\xff", 4)),
            "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(SampleText, KnowsThatAHeaderIsNoSample) {
  SampleText samples("m", "# TYPE m gauge\n");
  EXPECT_TRUE(samples.empty());
  samples.Add("", 1);
  EXPECT_FALSE(samples.empty());
}

}  // namespace
}  // namespace certhealth
