// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/base/clock.h"
#include "exporter/config.h"

namespace certhealth {

/// `certhealth_exporter check`: looks once, prints what is wrong and what to do, writes the
/// textfile when asked to. The exit code: 0 healthy, 1 warnings, 2 critical, 3 when it could not
/// look or tell.
int Check(const Config& config, const Clock& clock);

}  // namespace certhealth
