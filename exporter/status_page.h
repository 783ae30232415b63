// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "exporter/report.h"

namespace certhealth {

/// What the status page says of the program that serves it.
struct PageContext {
  std::string version;
  std::string telemetry_path = "/metrics";
};

/// The status page: HTML that needs no script and nothing from elsewhere. What to do first comes
/// first; the headline is the verdict. At most 500 certificates in full, whatever there is. Nothing
/// that a certificate or a file says can become markup or turn the writing around it. Pure.
std::string ToStatusPage(const Report& report, const PageContext& context);

/// The Content-Security-Policy to send with it: its own style, and nothing else.
std::string StatusPageSecurityPolicy();

}  // namespace certhealth
