// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "collectors/base/clock.h"

namespace certhealth {

/// "2026-12-24 08:00 UTC"
std::string FormatMoment(WallTime moment);

/// "2026-12-24"
std::string FormatDate(WallTime moment);

/// The two largest units, or one: "59 days", "1 day 4 hours", "35 minutes". Never negative;
/// a second short of a unit counts as that unit.
std::string FormatSpan(std::chrono::seconds span);

/// "a", "a and b", "a, b and 3 more": at most `most` of them by name.
std::string FormatList(std::span<const std::string> items, std::size_t most = 5);

}  // namespace certhealth
