// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/prober.h"

#include <algorithm>

namespace certhealth {

bool RanOutOfTime(std::span<const ProbeResult> results) {
  return std::ranges::any_of(results, [](const ProbeResult& result) {
    if (!result.endpoint.failure) return false;
    switch (result.endpoint.failure->reason) {
      case EndpointFailure::kResolveTimeout:
      case EndpointFailure::kConnectTimeout:
      case EndpointFailure::kStartTlsTimeout:
      case EndpointFailure::kHandshakeTimeout:
        return true;
      default:
        return false;
    }
  });
}

}  // namespace certhealth
