// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "collectors/web_server/apache_scope.h"
#include "collectors/web_server/location_pattern.h"

namespace certhealth {

/// Whether `section` is for the files of challenges, which lie in `directory` (absolute). Unknown
/// for a section that is none of <Directory>, <Files>, <Location> and their patterns. Pure.
PatternMatch Covers(const ApacheScope& section, const std::string& directory);

}  // namespace certhealth
