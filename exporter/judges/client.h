// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

/// Judges of what starts certbot, and of its runs as a whole.
namespace certhealth::judges {

std::optional<Finding> NotScheduled(const ClientCase& given);
std::optional<Finding> ScheduledTwice(const ClientCase& given);
std::optional<Finding> RunsStopped(const ClientCase& given);
std::optional<Finding> LastRunFailed(const ClientCase& given);
std::optional<Finding> LockHeld(const ClientCase& given);
/// Of the hooks that certbot runs once for all lineages.
std::optional<Finding> HookOfRunFailed(const ClientCase& given);

/// Of a lineage that what starts certbot leaves out.
std::optional<Finding> LineageNotScheduled(const Case& given);
/// Of a lineage for whose life certbot is started too seldom.
std::optional<Finding> ScheduledTooRarely(const Case& given);

}  // namespace certhealth::judges
