// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "exporter/report.h"

namespace certhealth {

/// How many certificates there are, by the worst problem of each. Notes do not count as problems.
struct Tally {
  std::size_t critical = 0;
  std::size_t warning = 0;
  std::size_t healthy = 0;

  std::size_t all() const { return critical + warning + healthy; }
};

Tally CountCertificates(const Report& report);

/// The verdicts in the order in which a person should look at them: critical ones, those with
/// warnings, healthy ones; in each, those of which nothing could be read, then by what expires
/// first. They point into `report`.
std::vector<const Verdict*> ByUrgency(const Report& report);

/// The problems, the worst first, each severity in the order of the table. They point into
/// `problems`.
std::vector<const ActiveProblem*> ByUrgency(std::span<const ActiveProblem> problems);

/// "12 certificates: 2 critical, 1 warning, 9 healthy"
std::string TallyPhrase(const Tally& tally);

/// "1 certificate", "12 certificates"
std::string CertificatesPhrase(std::size_t count);

}  // namespace certhealth
