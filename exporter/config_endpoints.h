// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "exporter/config_sections.h"

namespace certhealth {

// The sections of the configuration file about endpoints.

std::span<const KeyRule> EndpointKeys();  // [endpoint "NAME"]
std::span<const KeyRule> LocalKeys();     // [local]
std::span<const KeyRule> ProbeKeys();     // [probe "NAME"]

void StartEndpoint(FileSettings& settings, std::string_view name);
/// An endpoint goes by its name, so two of them may not share one.
std::optional<Failure> JudgeEndpoint(const FileSettings& settings);
void StartProbe(FileSettings& settings, std::string_view name);

}  // namespace certhealth
