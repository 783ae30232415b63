// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

/// Judges of the webroots that the next renewal puts its challenges into (webroot.py).
namespace certhealth::judges {

std::optional<Finding> WebrootMissing(const Case& given);
std::optional<Finding> WebrootNotDirectory(const Case& given);
std::optional<Finding> WebrootNotWritable(const Case& given);
std::optional<Finding> WebrootMapIncomplete(const Case& given);
std::optional<Finding> WebrootDisagrees(const Case& given);

}  // namespace certhealth::judges
