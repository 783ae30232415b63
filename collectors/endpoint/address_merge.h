// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "collectors/bundle.h"
#include "collectors/endpoint/prober.h"

namespace certhealth {

/// What is told of an endpoint whose addresses are told together: the worst of those that presented
/// a certificate - distrusted before trusted, a wrong name before a right one, then what expires
/// first - with the others that failed in `failed_addresses`. An endpoint is down only when all its
/// addresses are. An IPv6 address that this machine has no route to is passed over where another
/// one answers. Pure.
/// REQUIRES: !results.empty()
ProbeResult MergeAddresses(std::vector<ProbeResult> results);

/// What was seen of one endpoint, under its name.
Bundle ToBundle(std::string_view name, ProbeResult result);

}  // namespace certhealth
