// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "exporter/report.h"

namespace certhealth::page {

/// The sections of the status page below its headline. Each is empty when it has nothing to say.

/// Which problems there are and how often, as links to the first of each.
std::string ProblemIndex(std::span<const ActiveProblem* const> problems);

/// A table of healthy certificates.
std::string HealthyTable(std::span<const Verdict* const> verdicts, WallTime now);

/// What is worth knowing of healthy certificates, by what it is.
std::string Notes(std::span<const Verdict* const> verdicts);

/// What was looked at when, what could not be, and what is known of certbot as a whole.
std::string Looks(const Report& report);

}  // namespace certhealth::page
