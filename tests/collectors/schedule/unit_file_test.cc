// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/unit_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(UnitFile, ReadsSectionsKeysAndLines) {
  const UnitFile file =
      ParseUnitFile("[Unit]\nDescription = a = b \n\n[Timer]\nOnCalendar=daily\n");
  ASSERT_EQ(file.settings.size(), 2U);
  EXPECT_EQ(file.settings[0], (UnitSetting{"Unit", "Description", "a = b", 2}));
  EXPECT_EQ(file.settings[1], (UnitSetting{"Timer", "OnCalendar", "daily", 5}));
}

TEST(UnitFile, JoinsContinuedLinesOverComments) {
  const UnitFile file =
      ParseUnitFile("[Service]\nExecStart=a \\\n# not this\n  b \\\n;nor this\nc\nType=x\n");
  EXPECT_EQ(file.settings[0].value, "a  b  c");
  EXPECT_EQ(file.settings[0].line, 2U);
  EXPECT_EQ(file.Last("Service", "Type"), "x");
}

TEST(UnitFile, TakesAnEscapedBackslashForNoContinuation) {
  const UnitFile file = ParseUnitFile("[Service]\nExecStart=a \\\\\nType=x\n");
  EXPECT_EQ(file.List("Service", "ExecStart"), std::vector<std::string>{"a \\\\"});
  EXPECT_EQ(file.Last("Service", "Type"), "x");
}

TEST(UnitFile, ForgetsAListAtAnEmptyAssignment) {
  const UnitFile file = ParseUnitFile(
      "[Timer]\nOnCalendar=daily\nOnCalendar=weekly\nOnCalendar=\nOnCalendar=monthly\n");
  EXPECT_THAT(file.List("Timer", "OnCalendar"), ElementsAre("monthly"));
  EXPECT_THAT(ParseUnitFile("[Timer]\nOnCalendar=daily\nOnCalendar=\n").List("Timer", "OnCalendar"),
              IsEmpty());
}

TEST(UnitFile, KeepsSectionsApartAndSpecifiersAsTheyAre) {
  const UnitFile file = ParseUnitFile("[Service]\nExecStart=x %i\n[X-Other]\nExecStart=y\n");
  EXPECT_THAT(file.List("Service", "ExecStart"), ElementsAre("x %i"));
}

TEST(UnitFile, PassesOverWhatItDoesNotUnderstand) {
  const UnitFile file =
      ParseUnitFile("junk\n[Timer\nOnCalendar=daily\r\n[Timer]\r\nPersistent=true\r\n=\n[");
  EXPECT_EQ(file.Last("Timer", "Persistent"), "true");
  EXPECT_THAT(file.List("Timer", "OnCalendar"), IsEmpty());
}

TEST(UnitFile, ReadsAContinuationThatTheFileEndsIn) {
  EXPECT_THAT(ParseUnitFile("[Timer]\nOnCalendar=daily \\").List("Timer", "OnCalendar"),
              ElementsAre("daily"));
}

TEST(UnitFile, KnowsYesAsSystemdDoes) {
  for (const char* yes : {"1", "yes", "Yes", "y", "true", "t", "on"})
    EXPECT_TRUE(IsUnitTrue(yes)) << yes;
  for (const char* no : {"0", "no", "", "yess", "off"}) EXPECT_FALSE(IsUnitTrue(no)) << no;
}

TEST(UnitFile, IsBounded) {
  std::string text = "[Timer]\n";
  for (int i = 0; i < 10000; ++i) text += "a=b\n";
  EXPECT_EQ(ParseUnitFile(text).settings.size(), 4096U);
}

}  // namespace
}  // namespace certhealth
