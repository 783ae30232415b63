// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/address_merge.h"

#include <algorithm>
#include <cassert>
#include <tuple>
#include <utility>

#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

/// The smaller, the worse: what answers and is bad comes first, then what is good, then what did
/// not answer, because that alone would hide what the others present.
std::tuple<bool, bool, bool, WallTime> Rank(const ProbeResult& result) {
  const bool answered = result.endpoint.is_up();
  const WallTime end = result.chain.empty() ? WallTime::max() : result.chain.front()->not_after;
  return {!answered, !result.endpoint.distrust.has_value(),
          result.endpoint.hostname_matches.value_or(true), end};
}

bool IsNoRouteToIpv6(const Endpoint& endpoint) {
  return endpoint.failure && endpoint.failure->reason == EndpointFailure::kUnreachable &&
         endpoint.address.find(':') != std::string::npos;
}

}  // namespace

ProbeResult MergeAddresses(std::vector<ProbeResult> results) {
  assert(!results.empty());
  const auto worst = std::ranges::min_element(results, {}, Rank);
  ProbeResult merged = std::move(*worst);
  results.erase(worst);
  merged.endpoint.addresses = results.size() + 1;
  if (!merged.endpoint.is_up()) return merged;
  for (ProbeResult& other : results) {
    Endpoint& endpoint = other.endpoint;
    if (endpoint.is_up() || IsNoRouteToIpv6(endpoint)) continue;
    merged.endpoint.failed_addresses.push_back({endpoint.address, *std::move(endpoint.failure)});
  }
  return merged;
}

Bundle ToBundle(std::string_view name, ProbeResult result) {
  Bundle bundle;
  bundle.source = Source::kEndpoint;
  bundle.name = ToValidUtf8(name);
  bundle.chain = std::move(result.chain);
  bundle.failures = std::move(result.failures);
  bundle.endpoint = std::make_shared<const Endpoint>(std::move(result.endpoint));
  return bundle;
}

}  // namespace certhealth
