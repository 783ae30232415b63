// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

/// Judges of how the next renewal's challenges will be answered: webroots, hooks, credentials.
namespace certhealth::judges {

std::optional<Finding> WebrootMissing(const Case& given);
std::optional<Finding> WebrootNotDirectory(const Case& given);
std::optional<Finding> WebrootNotWritable(const Case& given);
std::optional<Finding> WebrootMapIncomplete(const Case& given);
std::optional<Finding> WebrootDisagrees(const Case& given);
std::optional<Finding> WildcardNeedsDns(const Case& given);
std::optional<Finding> ManualWithoutHook(const Case& given);
std::optional<Finding> HookMissing(const Case& given);
std::optional<Finding> HookNotExecutable(const Case& given);
std::optional<Finding> CredentialsMissing(const Case& given);
std::optional<Finding> CredentialsExposed(const Case& given);

}  // namespace certhealth::judges
