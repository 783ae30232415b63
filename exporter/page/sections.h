// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "exporter/report.h"

namespace certhealth::page {

/// The sections of the status page below its headline. Each is empty when it has nothing to say.

/// Which problems there are and on how many certificates, as links to the first of each.
std::string ProblemIndex(std::span<const Verdict* const> verdicts);

/// A table of healthy certificates.
std::string HealthyTable(std::span<const Verdict* const> verdicts, WallTime now);

/// What is worth knowing of healthy certificates, by what it is.
std::string Notes(std::span<const Verdict* const> verdicts);

/// What was looked at when, and what could not be.
std::string Looks(const Report& report);

}  // namespace certhealth::page
