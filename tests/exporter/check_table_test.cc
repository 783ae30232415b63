// SPDX-License-Identifier: Apache-2.0
#include "exporter/check_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>
#include <string>
#include <utility>

#include "tests/support/golden.h"
#include "tests/support/sample_report.h"

namespace certhealth {
namespace {

using testing::HasSubstr;
using testing::Not;

Report ReportNamed(std::string name) {
  Verdict verdict = SampleVerdict(Source::kCertbot, name, 50);
  AddProblem(verdict, "webroot_missing", "/var/www/" + name + " does not exist");
  AddProblem(verdict, "never_renewed", name);
  return ReportOf({std::move(verdict)});
}

TEST(CheckTable, InAPipe) { ExpectGolden(ToTable(SampleReport(), {}), "check/pipe.txt"); }

TEST(CheckTable, InATerminalOf80Columns) {
  ExpectGolden(ToTable(SampleReport(), {TableColour::kAnsi, 80}), "check/terminal-80.txt");
}

TEST(CheckTable, SaysTheSameWithoutColour) {
  const std::regex sgr("\x1b\\[[0-9;]*m");
  for (const std::size_t width : {0U, 80U, 120U}) {
    EXPECT_EQ(std::regex_replace(ToTable(SampleReport(), {TableColour::kAnsi, width}), sgr, ""),
              ToTable(SampleReport(), {TableColour::kNone, width}));
  }
}

TEST(CheckTable, KeepsToTheWidthButForWhatIsCopiedWhole) {
  std::istringstream lines(ToTable(HealthyReport(20), {TableColour::kNone, 72}));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 72U) << line;
}

TEST(CheckTable, SaysWhatWasLookedAtWhenThereIsNothing) {
  EXPECT_EQ(ToTable(EmptyReport(), {}),
            "No certificates found. Looked at: certbot (/etc/letsencrypt)\n");
  Report report;
  report.snapshot = std::make_shared<const Snapshot>();
  EXPECT_EQ(ToTable(report, {}), "Nothing has been looked at yet.\n");
}

TEST(CheckTable, LetsNoNameDriveTheTerminal) {
  const std::string text = ToTable(ReportNamed("a\x1b]0;owned\x07\x1b[2J\rb\n\xC2\x9B"
                                               "1m\xE2\x80\xAEgro"),
                                   {});
  for (const char* bad : {"\x1b", "\x07", "\r", "\xC2\x9B", "\xE2\x80\xAE"})
    EXPECT_THAT(text, Not(HasSubstr(bad)));
  EXPECT_THAT(text, HasSubstr("a\\u001b]0;owned\\u0007\\u001b[2J\\u000db\\n"));
}

TEST(CheckTable, CutsWhatIsEndless) {
  const std::string text = ToTable(ReportNamed(std::string(10'000, 'x')), {TableColour::kNone, 80});
  EXPECT_LT(text.size(), 4'000U);
  EXPECT_THAT(text, HasSubstr("xxx...\n"));
}

}  // namespace
}  // namespace certhealth
