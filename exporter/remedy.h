// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "collectors/certbot_log/failure_reason.h"

namespace certhealth {

/// What to do about a renewal that failed for `reason`. Commands to be typed stand between
/// backticks; NAME is the lineage's. Static storage.
std::string_view RemedyFor(RenewalFailure reason);

}  // namespace certhealth
