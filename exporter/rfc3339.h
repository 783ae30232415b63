// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "collectors/base/clock.h"
#include "collectors/base/result.h"

namespace certhealth {

/// A moment as RFC 3339 writes it: "2026-12-24T00:00:00Z", with an offset "...T01:00:00+01:00",
/// fractions of a second cut off; a date alone is its midnight in UTC. A time without an offset is
/// refused: whose midnight it is cannot be known. kBadText otherwise.
Result<WallTime> ParseRfc3339(std::string_view text);

/// "2026-12-24T00:00:00Z".
std::string ToRfc3339(WallTime moment);

}  // namespace certhealth
