// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/cron_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

/// The longest gap of an entry of a user's table; nullopt also when the line is none.
std::optional<std::chrono::seconds> GapOf(const std::string& fields) {
  const CronTable table = ParseCronTable(fields + " certbot renew\n", CronForm::kUser);
  if (table.entries.size() != 1) return std::nullopt;
  return LongestGap(table.entries.front().times);
}

TEST(CronTable, ReadsAUsersTable) {
  const CronTable table = ParseCronTable(
      "# a comment\nMAILTO=\"\"\n  PATH = /usr/bin:/snap/bin \n\n*/5 3 * * *  certbot renew # -q\n"
      "SHELL='/bin/bash'\n@daily\tcertbot renew\n",
      CronForm::kUser);
  ASSERT_THAT(table.entries, SizeIs(2));
  EXPECT_EQ(table.entries[0].command, "certbot renew # -q");
  EXPECT_EQ(table.entries[0].line, 5U);
  EXPECT_EQ(table.entries[0].variables, 2U);
  EXPECT_EQ(table.entries[1].variables, 3U);
  EXPECT_THAT(table.environment, ElementsAre(Pair("MAILTO", ""), Pair("PATH", "/usr/bin:/snap/bin"),
                                             Pair("SHELL", "/bin/bash")));
  EXPECT_THAT(table.faults, IsEmpty());
}

TEST(CronTable, ReadsTheUserOfASystemTable) {
  const CronTable table =
      ParseCronTable("0 0 * * * root certbot renew\n@weekly www-data x\n", CronForm::kSystem);
  ASSERT_THAT(table.entries, SizeIs(2));
  EXPECT_EQ(table.entries[0].user, "root");
  EXPECT_EQ(table.entries[0].command, "certbot renew");
  EXPECT_EQ(table.entries[1].user, "www-data");
}

TEST(CronTable, TakesACommandInTheUsersPlaceForAFault) {
  const CronTable table = ParseCronTable(
      "0 0 * * * certbot renew\n0 0 * * * /usr/bin/certbot renew\n0 0 * * * certbot "
      "/opt/certbot/bin/certbot renew\n",
      CronForm::kSystem);
  ASSERT_THAT(table.faults, SizeIs(2));
  EXPECT_EQ(table.faults[0].line, 1U);
  EXPECT_EQ(table.faults[1].line, 2U);
  ASSERT_THAT(table.entries, SizeIs(1));
  EXPECT_EQ(table.entries[0].user, "certbot");  // an account may be called so
}

TEST(CronTable, CutsACommandAtABarePercentSign) {
  const CronTable table =
      ParseCronTable("0 0 * * * a \\% b%input%more\n0 0 * * * %x\n", CronForm::kUser);
  ASSERT_THAT(table.entries, SizeIs(1));
  EXPECT_EQ(table.entries[0].command, "a % b");
  EXPECT_THAT(table.faults, SizeIs(1));
}

TEST(CronTable, TellsAVariableFromACommandWithAnEqualsSign) {
  const CronTable table = ParseCronTable(
      "0 0 * * * FOO=bar certbot renew\n@daily A=b c\n-0 0 * * * x=1 y\n", CronForm::kUser);
  EXPECT_THAT(table.environment, IsEmpty());
  EXPECT_THAT(table.entries, SizeIs(3));
}

TEST(CronTable, NotesAMissingLastLineEnd) {
  EXPECT_FALSE(ParseCronTable("0 0 * * * x", CronForm::kUser).ends_in_newline);
  EXPECT_TRUE(ParseCronTable("0 0 * * * x\n", CronForm::kUser).ends_in_newline);
  EXPECT_TRUE(ParseCronTable("", CronForm::kUser).ends_in_newline);
}

TEST(CronTable, KnowsTheLongestGap) {
  EXPECT_EQ(GapOf("0 */12 * * *"), hours(12));
  EXPECT_EQ(GapOf("0 0,12 * * *"), hours(12));
  EXPECT_EQ(GapOf("*/7 * * * *"), minutes(7));
  EXPECT_EQ(GapOf("0 3 * * *"), days(1));
  EXPECT_EQ(GapOf("0 3 * * 1-5"), days(3));
  EXPECT_EQ(GapOf("0 3 * * mon-FRI"), days(3));
  EXPECT_EQ(GapOf("0 3 * * sat-sun"), days(6));
  EXPECT_EQ(GapOf("0 3 * * 5-7"), days(5));
  EXPECT_EQ(GapOf("0 3 * * 0"), days(7));
  EXPECT_EQ(GapOf("0 3 * * 7"), days(7));
  EXPECT_EQ(GapOf("0 3 * * 1,4"), days(4));
  EXPECT_EQ(GapOf("0 3 1 * *"), days(31));
  EXPECT_EQ(GapOf("0 1 1 */2 *"), days(62));  // July and September
  EXPECT_EQ(GapOf("0 3 1 jan,Jul *"), days(184));
  EXPECT_EQ(GapOf("0 3 1-31/2 * *"), days(2));
  EXPECT_EQ(GapOf("17 4 29 2 *"), days(4 * 365 + 1));
  EXPECT_EQ(GapOf("@hourly"), hours(1));
  EXPECT_EQ(GapOf("@midnight"), days(1));
  EXPECT_EQ(GapOf("@monthly"), days(31));
  EXPECT_EQ(GapOf("@yearly"), days(366));
  EXPECT_EQ(GapOf("5~50 3 * * *"), days(1));  // cronie picks one minute for good
}

TEST(CronTable, JoinsTwoDayFieldsWithOr) {
  // The 1st and 15th, and every Friday besides; but a field that starts with a star joins with and.
  EXPECT_EQ(GapOf("30 4 1,15 * 5"), days(7));
  EXPECT_EQ(GapOf("30 4 */2 * 5"), days(21));
}

TEST(CronTable, KnowsNoGapOfABootOrADateThatNeverComes) {
  EXPECT_EQ(GapOf("@reboot"), std::nullopt);
  EXPECT_EQ(GapOf("0 0 30 2 *"), std::nullopt);
}

TEST(CronTable, NamesTheLinesThatAreNone) {
  const CronTable table = ParseCronTable(
      "60 0 * * * x\n0 24 * * * x\n0 0 32 * * x\n0 0 0 * * x\n0 0 * 13 * x\n0 0 * * 8 x\n0 0 * * "
      "x\n"
      "@often x\n5-1 * * * * x\n*/0 * * * * x\n, * * * * x\n0 0 * * *\nhello\n",
      CronForm::kUser);
  EXPECT_THAT(table.entries, IsEmpty());
  ASSERT_THAT(table.faults, SizeIs(13));
  EXPECT_EQ(table.faults.back().line, 13U);
  EXPECT_EQ(table.faults.back().text, "hello");
}

TEST(CronTable, IsBounded) {
  std::string text;
  for (int i = 0; i < 10000; ++i) text += "* * * * * x\n";
  const CronTable table = ParseCronTable(text, CronForm::kUser);
  EXPECT_THAT(table.entries, SizeIs(4096));
  EXPECT_THAT(table.faults, SizeIs(1));
}

TEST(AnacronTable, ReadsPeriodsJobsAndCommands) {
  const auto entries = ParseAnacronTable(
      "# x\nSHELL=/bin/sh\nRANDOM_DELAY=45\n1\t5\tcron.daily\trun-parts /etc/cron.daily\n@monthly "
      "45 m certbot renew\n"
      "0 1 a b\nx 1 a b\n7 10\n");
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_EQ(entries[0].period, days(1));
  EXPECT_EQ(entries[0].job, "cron.daily");
  EXPECT_EQ(entries[0].line, 4U);
  EXPECT_EQ(entries[1].period, days(31));
  EXPECT_EQ(entries[1].command, "certbot renew");
}

}  // namespace
}  // namespace certhealth
