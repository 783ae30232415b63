// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "collectors/base/clock.h"
#include "collectors/process_usage.h"
#include "exporter/http_text.h"
#include "exporter/version.h"

namespace certhealth {

/// How the last reading of the configuration file went; absent without a file.
struct ConfigStatus {
  bool last_reload_successful = true;
  WallTime last_success{};  // when the configuration in force was read
};

/// certhealth_exporter_build_info alone: the end of a page that another program serves.
std::string RenderBuildInfo(const BuildInfo& build);

/// The exporter's own families and, in OpenMetrics, the end marker: what comes behind a
/// MetricsPage. Pure.
std::string RenderSelf(const BuildInfo& build, const std::optional<ConfigStatus>& config,
                       const ProcessUsage& usage, PageFormat format);

}  // namespace certhealth
