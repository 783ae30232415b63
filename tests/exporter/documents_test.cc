// SPDX-License-Identifier: Apache-2.0
// The documents against the tables that they describe.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "exporter/metrics.h"
#include "exporter/problem.h"
#include "tests/support/golden.h"

namespace certhealth {
namespace {

std::string ReadDocument(const std::string& name) {
  std::ifstream file(std::string(CERTHEALTH_SOURCE_DIR) + "/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Documents, TheReadmeListsEveryMetric) {
  const std::string readme = ReadDocument("README.md");
  for (const MetricKind& kind : Metrics()) {
    EXPECT_THAT(readme, testing::HasSubstr("\n| `" + std::string(kind.name) + "` |"));
  }
}

TEST(Documents, TheReadmeListsNoMetricThatIsNotThere) {
  std::istringstream lines(ReadDocument("README.md"));
  int listed = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `certhealth_")) continue;
    ++listed;
    const std::string name = line.substr(3, line.find('`', 3) - 3);
    if (name.starts_with("certhealth_config_") || name == "certhealth_exporter_build_info")
      continue;
    EXPECT_TRUE(std::ranges::any_of(Metrics(), [&](const MetricKind& kind) {
      return kind.name == name;
    })) << name;
  }
  EXPECT_GT(listed, 20);
}

TEST(Documents, TheListOfProblemsIsTheTable) {
  std::string text =
      "# Problems\n\nThe value of the label `problem`, a heading on the status page, a row of "
      "`check`. The severity is the worst that "
      "a problem can\ncome to: critical is certain, warning is a risk, info needs nothing done. "
      "This page is made from the table in\n"
      "`exporter/problems.cc` (`UPDATE_GOLDEN=1`).\n";
  const ProblemKind* before = nullptr;
  for (const ProblemKind& kind : Problems()) {
    if (before == nullptr || before->group != kind.group)
      text += "\n## " + std::string(TitleOf(kind.group)) + "\n";
    text += "\n### " + std::string(kind.id) + "\n\n" + std::string(kind.meaning) + " (" +
            std::string(NameOf(kind.worst)) + ")\n\nWhat to do: " + std::string(kind.advice) + "\n";
    before = &kind;
  }
  ExpectGolden(text, "../../../docs/problems.md");
}

}  // namespace
}  // namespace certhealth
