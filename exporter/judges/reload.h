// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

namespace certhealth::judges {

/// Of a lineage after whose renewal nothing tells a server to take the new certificate.
std::optional<Finding> NoReloadConfigured(const Case& given);

}  // namespace certhealth::judges
