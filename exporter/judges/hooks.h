// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

/// Judges of the hooks that certbot is given, by the conf, by cli.ini or by what starts it.
namespace certhealth::judges {

std::optional<Finding> HookMissing(const Case& given);
std::optional<Finding> HookNotExecutable(const Case& given);
/// Of the directories of hooks, which certbot runs for every lineage.
std::optional<Finding> DirectoryHookNotExecutable(const ClientCase& given);

}  // namespace certhealth::judges
