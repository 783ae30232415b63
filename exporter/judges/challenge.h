// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

/// Judges of how the next renewal answers its challenges, whatever it does so with.
namespace certhealth::judges {

std::optional<Finding> WildcardNeedsDns(const Case& given);
std::optional<Finding> ManualWithoutHook(const Case& given);
std::optional<Finding> ModeNotJudged(const Case& given);

}  // namespace certhealth::judges
