// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "exporter/config_sections.h"

namespace certhealth {

// The sections of the configuration file about endpoints.

std::span<const KeyRule> EndpointKeys();  // [endpoint "NAME"]
std::span<const KeyRule> LocalKeys();     // [local]
std::span<const KeyRule> ProbeKeys();     // [probe "NAME"]

void StartEndpoint(FileSettings& settings, std::string_view name);
void StartProbe(FileSettings& settings, std::string_view name);

}  // namespace certhealth
