// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "collectors/base/clock.h"
#include "exporter/config.h"
#include "exporter/report.h"
#include "exporter/table_text.h"

namespace certhealth {

/// `certhealth_exporter probe`: asks one endpoint once, at each of its addresses, and prints what
/// it presents. The exit code as of check: 0 healthy, 1 warnings, 2 critical, 3 when what was typed
/// is no endpoint.
int ProbeCommand(const Config& config, const Clock& clock);

/// What the endpoints of `report` present, for a person: for each its address, what was agreed on
/// and how long that took, its certificates, and what is wrong. ASCII but for what certificates
/// say. Ends with a line feed. Pure.
std::string ToProbeText(const Report& report, TableColour colour);

}  // namespace certhealth
