// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_hook/hook_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

HookRecord Record(long long at, std::uint64_t run, std::vector<std::string> names = {}) {
  return {WallTime(std::chrono::seconds(at)), run, std::move(names)};
}

TEST(HookRecords, AreTheLinesInTheirOrder) {
  EXPECT_THAT(ParseHookRecords("200 7 a.example *.b.example\n100 6 192.0.2.1 2001:db8::1\n"),
              ElementsAre(Record(200, 7, {"a.example", "*.b.example"}),
                          Record(100, 6, {"192.0.2.1", "2001:db8::1"})));
  EXPECT_THAT(ParseHookRecords("1795407295 22750\n"), ElementsAre(Record(1795407295, 22750)));
}

TEST(HookRecords, KeepANameThatTwoLineagesHave) {
  EXPECT_THAT(ParseHookRecords("1 2 a.example a.example\n"),
              ElementsAre(Record(1, 2, {"a.example", "a.example"})));
}

TEST(HookRecords, AreInLowerCaseAsCertificatesAre) {
  EXPECT_THAT(ParseHookRecords("1 2 A.Example\n"), ElementsAre(Record(1, 2, {"a.example"})));
}

TEST(HookRecords, PassOverALineThatHasNoEnd) {
  EXPECT_THAT(ParseHookRecords("200 7 a.example\n100 6 b.exam"),
              ElementsAre(Record(200, 7, {"a.example"})));
  EXPECT_THAT(ParseHookRecords(""), IsEmpty());
}

TEST(HookRecords, PassOverWhatIsNone) {
  for (const char* line : {"", "x", "1", "1 ", "-1 2", "1 -2", "+1 2", "1 2x", "1x 2", " 1 2",
                           "99999999999999999999 1", "253402300800 1", "1 99999999999999999999"}) {
    EXPECT_THAT(ParseHookRecords(std::string(line) + "\n5 6 a\n"), ElementsAre(Record(5, 6, {"a"})))
        << line;
  }
  EXPECT_THAT(ParseHookRecords("253402300799 1\n"), ElementsAre(Record(253402300799, 1)));
}

TEST(HookRecords, PassOverANameThatNoCertificateCanHave) {
  const std::string line = "1 2 ok.example $(x) a/b \x1b[1m " + std::string(254, 'a') + " " +
                           std::string(253, 'b') + " \xc3\xa9.example last.example\n";
  EXPECT_THAT(ParseHookRecords(line),
              ElementsAre(Record(1, 2, {"ok.example", std::string(253, 'b'), "last.example"})));
}

TEST(HookRecords, AreBounded) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "1 2 a\n";
  EXPECT_EQ(ParseHookRecords(text).size(), kMaxFailedRuns);
}

TEST(HookRecordsDirectory, HasDashesForSlashes) {
  EXPECT_EQ(HookRecordsDirectory("/var/lib/x", "/etc/letsencrypt"),
            "/var/lib/x/hook/etc-letsencrypt");
  EXPECT_EQ(HookRecordsDirectory("/var/lib/x/", "//etc/./letsencrypt/"),
            "/var/lib/x/hook/etc-letsencrypt");
  EXPECT_EQ(HookRecordsDirectory("/s", "/"), "/s/hook/-");
  EXPECT_EQ(HookRecordsDirectory("/", "/a"), "/hook/a");
}

TEST(HookRecordsDirectory, TellsEveryTwoPathsApart) {
  EXPECT_EQ(HookRecordsDirectory("/s", "/a-b/c d"), "/s/hook/a%2db-c%20d");
  EXPECT_EQ(HookRecordsDirectory("/s", "/a/b"), "/s/hook/a-b");
  EXPECT_EQ(HookRecordsDirectory("/s", "/.."), "/s/hook/%2e.");
  EXPECT_EQ(HookRecordsDirectory("/s", "/a%20b"), "/s/hook/a%2520b");
}

}  // namespace
}  // namespace certhealth
