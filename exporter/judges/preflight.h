// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

namespace certhealth::judges {

// Of a lineage that the preflight checks looked at: what they found to fail is certain, what they
// found that may fail is a risk, and what they could not find out is nothing.

std::optional<Finding> DnsUnresolved(const Case& given);
std::optional<Finding> DnsPointsElsewhere(const Case& given);
std::optional<Finding> DnsUpdateRefused(const Case& given);
std::optional<Finding> CaaForbids(const Case& given);
std::optional<Finding> WebrootNotServed(const Case& given);
std::optional<Finding> CaUnreachable(const Case& given);

/// StandalonePortTaken by what listens; else by what a preflight check found, which tried to bind.
std::optional<Finding> StandalonePortUnusable(const Case& given);

}  // namespace certhealth::judges
