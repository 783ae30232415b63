// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/finding_list.h"

#include <algorithm>
#include <utility>

#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

constexpr std::size_t kMostShown = 3;
constexpr std::size_t kMostDetailBytes = 600;

int Rank(PreflightOutcome outcome) {
  switch (outcome) {
    case PreflightOutcome::kFails:
      return 0;
    case PreflightOutcome::kMayFail:
      return 1;
    case PreflightOutcome::kUnknown:
      return 2;
    case PreflightOutcome::kPassed:
      break;
  }
  return 3;
}

}  // namespace

std::vector<PreflightFinding> FindingList::Take() && {
  std::ranges::stable_sort(entries_, {}, [](const Entry& entry) { return Rank(entry.outcome); });
  std::vector<PreflightFinding> findings;
  std::vector<std::size_t> counts;
  for (Entry& entry : entries_) {
    const auto found = std::ranges::find(findings, entry.problem, &PreflightFinding::problem);
    const auto place = static_cast<std::size_t>(found - findings.begin());
    if (found == findings.end()) {
      findings.push_back({check_, entry.outcome, entry.problem, std::move(entry.detail)});
      counts.push_back(1);
    } else if (++counts[place] <= kMostShown) {
      found->detail += "; " + entry.detail;
    }
  }
  for (std::size_t i = 0; i < findings.size(); ++i) {
    std::string& detail = findings[i].detail;
    detail = Shorten(ToValidUtf8(detail), kMostDetailBytes);
    if (counts[i] > kMostShown)
      detail += "; and " + std::to_string(counts[i] - kMostShown) + " more";
  }
  if (findings.empty()) findings.push_back({check_, PreflightOutcome::kPassed, {}, {}});
  return findings;
}

}  // namespace certhealth
