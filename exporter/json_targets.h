// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "exporter/report.h"

namespace certhealth {

/// The DNS names on this machine's certificates as targets of another prober, "name:443", in the
/// JSON of Prometheus's http_sd. One group for each certificate, with the labels
/// __meta_certhealth_source and __meta_certhealth_name; a name is told once, wildcards are not.
/// "[]" without any. Pure.
std::string ToServiceDiscovery(const Report& report);

}  // namespace certhealth
