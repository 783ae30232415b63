// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

/// Judges of what the client's log says of its last attempt at a certificate.
namespace certhealth::judges {

std::optional<Finding> LastRenewalFailed(const Case& given);
std::optional<Finding> RenewedNotDeployed(const Case& given);
std::optional<Finding> HookFailed(const Case& given);

}  // namespace certhealth::judges
