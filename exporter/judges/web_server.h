// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

/// Of a lineage whose nginx or apache plugin cannot get to work.
namespace certhealth::judges {

std::optional<Finding> WebServerConfig(const Case& given);

}  // namespace certhealth::judges
