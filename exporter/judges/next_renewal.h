// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

/// Judges of whether the next renewal will work, from the conf and the machine as they are now.
/// What is certain follows what certbot does, not what looks wrong.
namespace certhealth::judges {

std::optional<Finding> ConfInvalid(const Case& given);
std::optional<Finding> ConfPathsWrong(const Case& given);
std::optional<Finding> RenewalDisabled(const Case& given);
std::optional<Finding> RenewBeforeExpiryIgnored(const Case& given);
std::optional<Finding> ThresholdTooWide(const Case& given);
std::optional<Finding> AuthenticatorMissing(const Case& given);
std::optional<Finding> PluginMissing(const Case& given);
std::optional<Finding> AccountMissing(const Case& given);
std::optional<Finding> ServerRetired(const Case& given);
std::optional<Finding> StagingServer(const Case& given);
std::optional<Finding> NeverRenewed(const Case& given);

}  // namespace certhealth::judges
