// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

namespace certhealth::judges {

/// The web server of this machine, by its configuration, gives the CA something else than what
/// certbot puts into the webroot.
std::optional<Finding> WebrootServedOtherwise(const Case& given);

}  // namespace certhealth::judges
