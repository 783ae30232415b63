// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "collectors/base/clock.h"
#include "collectors/bundle.h"
#include "exporter/report.h"

namespace certhealth {

/// The answer of /probe about one endpoint: the families of blackbox_exporter under their names, so
/// that rules and dashboards made for it go on working, and ours beside them. Nothing about this
/// program itself. `took` is of the whole probe. Pure.
std::string ToProbePage(const Bundle& endpoint, std::chrono::duration<double> took,
                        const Policy& policy, WallTime now);

}  // namespace certhealth
