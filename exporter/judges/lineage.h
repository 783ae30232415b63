// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

/// Judges of a certbot lineage's own files: links, archive, neighbours.
namespace certhealth::judges {

std::optional<Finding> LinksBroken(const Case& given);
std::optional<Finding> LiveBehindArchive(const Case& given);
std::optional<Finding> FullchainMismatch(const Case& given);
std::optional<Finding> UpdateInterrupted(const Case& given);
std::optional<Finding> OrphanLive(const Case& given);
std::optional<Finding> OrphanConf(const Case& given);
std::optional<Finding> DuplicateNames(const Case& given);
std::optional<Finding> NamesDropped(const Case& given);

}  // namespace certhealth::judges
