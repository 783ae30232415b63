// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "collectors/base/result.h"

namespace certhealth {

/// Reads a time span (systemd.time(7), "PARSING TIME SPANS"): `12h`, `1h 30min`, `43200`. Fractions
/// of a second are cut off. kBadText for what is none, for `infinity`, and beyond a hundred years.
Result<std::chrono::seconds> ParseTimeSpan(std::string_view text);

}  // namespace certhealth
