// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

namespace certhealth::judges {

// Judges of what endpoints present. What is wrong with the very certificate that lies on this
// machine's disk is told of that one, and not again of each place that serves it; what a listener
// of this machine was never asked to be good for is no alarm.

std::optional<Finding> EndpointDown(const Case& given);
std::optional<Finding> EndpointUntrusted(const Case& given);
std::optional<Finding> EndpointWrongName(const Case& given);
std::optional<Finding> EndpointExpiresSoon(const Case& given);
std::optional<Finding> ServesOldCertificate(const Case& given);

}  // namespace certhealth::judges
