// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "collectors/base/result.h"
#include "collectors/endpoint/prober.h"
#include "exporter/http_message.h"
#include "exporter/probe/probe_module.h"

namespace certhealth {

/// What a request to /probe asks for.
struct ProbeRequest {
  ProbeOrder order;
  std::string name;  // of the endpoint in the answer
};

/// Reads "target=HOST[:PORT]&module=NAME&hostname=NAME". Without `module` it is the one named
/// "default"; `hostname`, also as `server_name`, is what to ask for by SNI and to expect. The
/// deadline is what the module says, `timeout` where it does not, and no later than half a second
/// before the scrape is given up (X-Prometheus-Scrape-Timeout-Seconds). The failure, kBadText or
/// for what the modules do not allow kPermissionDenied, says what to do. Pure.
Result<ProbeRequest> ParseProbeRequest(const HttpRequest& request,
                                       std::span<const ProbeModule> modules,
                                       std::chrono::milliseconds timeout);

}  // namespace certhealth
