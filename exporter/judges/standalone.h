// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

namespace certhealth::judges {

/// Of a lineage whose standalone authenticator could not bind its port as the machine is now
/// (acme/standalone.py, BaseDualNetworkedServers: it needs one of IPv6 and IPv4).
std::optional<Finding> StandalonePortTaken(const Case& given);

}  // namespace certhealth::judges
