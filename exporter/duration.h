// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "collectors/base/result.h"

namespace certhealth {

/// A duration as Prometheus writes it (prometheus/common, model.ParseDuration): "30s", "5m",
/// "1h30m", "1d", "500ms"; units y (365d), w, d, h, m, s, ms, each at most once, the larger first.
/// A number without a unit is refused, but for "0". At most 100y, so that adding one to a clock
/// cannot overflow. kBadText otherwise.
Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

}  // namespace certhealth
