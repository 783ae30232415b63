// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporter/config.h"

namespace certhealth {

/// `certhealth_exporter hook install` and `hook remove`: changes the hook of each certbot that the
/// configuration names or the machine has, and prints a line for each thing done. The exit code: 0,
/// or 3 when something could not be done, which standard error tells.
int Hook(const Config& config);

}  // namespace certhealth
