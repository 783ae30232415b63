// SPDX-License-Identifier: Apache-2.0
#include "exporter/triage.h"

#include <algorithm>
#include <functional>
#include <tuple>

namespace certhealth {
namespace {

/// What sorts a verdict: the worse and the sooner, the earlier.
std::tuple<int, WallTime> Urgency(const Verdict* verdict) {
  const Certificate* leaf = verdict->leaf();
  return {-static_cast<int>(verdict->worst()), leaf == nullptr ? WallTime::min() : leaf->not_after};
}

}  // namespace

Tally CountCertificates(const Report& report) {
  Tally tally;
  for (const Verdict& verdict : report.verdicts) {
    switch (verdict.worst()) {
      case Severity::kCritical:
        ++tally.critical;
        break;
      case Severity::kWarning:
        ++tally.warning;
        break;
      case Severity::kInfo:
        ++tally.healthy;
        break;
    }
  }
  return tally;
}

std::vector<const Verdict*> ByUrgency(const Report& report) {
  std::vector<const Verdict*> verdicts;
  verdicts.reserve(report.verdicts.size());
  for (const Verdict& verdict : report.verdicts) verdicts.push_back(&verdict);
  std::ranges::stable_sort(verdicts, {}, Urgency);
  return verdicts;
}

std::vector<const ActiveProblem*> ByUrgency(std::span<const ActiveProblem> problems) {
  std::vector<const ActiveProblem*> sorted;
  for (const ActiveProblem& problem : problems) sorted.push_back(&problem);
  std::ranges::stable_sort(sorted, std::greater<>(),
                           [](const ActiveProblem* problem) { return problem->severity; });
  return sorted;
}

std::string CertificatesPhrase(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " certificate" : " certificates");
}

std::string TallyPhrase(const Tally& tally) {
  return CertificatesPhrase(tally.all()) + ": " + std::to_string(tally.critical) + " critical, " +
         std::to_string(tally.warning) + " warning, " + std::to_string(tally.healthy) + " healthy";
}

}  // namespace certhealth
