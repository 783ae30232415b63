// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporter/problem.h"

namespace certhealth::judges {

/// Whether anything may run before certbot answers its challenges, or may not be seen: it could
/// stop what holds a port.
bool HasPreHook(const Case& given, const RenewalConf& conf);

}  // namespace certhealth::judges
