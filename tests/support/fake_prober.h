// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collectors/endpoint/endpoint_options.h"
#include "collectors/endpoint/prober.h"

namespace certhealth {

/// A certificate for `names` with a digest of its own for each `number`, valid in the year 2100.
inline std::shared_ptr<const Certificate> MadeUpLeaf(std::vector<std::string> names,
                                                     std::uint8_t number = 1) {
  Certificate leaf;
  leaf.sha256.fill(number);
  leaf.subject = "CN=" + names.front();
  leaf.issuer = "CN=E" + std::to_string(number) + ",O=Some CA";
  leaf.serial = std::to_string(number);
  leaf.dns_names = std::move(names);
  leaf.not_before =
      std::chrono::sys_days{std::chrono::year{2099} / 12 / 1} + std::chrono::hours{number};
  leaf.not_after = leaf.not_before + std::chrono::days{90};
  return std::make_shared<const Certificate>(std::move(leaf));
}

/// What a healthy endpoint answers.
inline ProbeResult Answer(const EndpointTarget& target, std::shared_ptr<const Certificate> leaf) {
  ProbeResult result;
  result.endpoint.target = target;
  result.endpoint.address = target.address.empty() ? "192.0.2.1" : target.address;
  result.endpoint.protocol = "TLSv1.3";
  result.endpoint.cipher = "TLS_AES_256_GCM_SHA384";
  result.endpoint.cipher_standard_name = result.endpoint.cipher;
  result.endpoint.path_end = leaf->not_after;
  const std::string& name = target.server_name.empty() ? target.host : target.server_name;
  const auto covers = [&](const std::string& one) {
    return one == name || (one.starts_with("*.") && name.ends_with(one.substr(1)));
  };
  result.endpoint.hostname_matches =
      std::any_of(leaf->dns_names.begin(), leaf->dns_names.end(), covers);
  if (!*result.endpoint.hostname_matches)
    result.endpoint.distrust = EndpointFault{EndpointFailure::kWrongName, "not for " + name};
  result.chain.push_back(std::move(leaf));
  return result;
}

inline ProbeResult NoAnswer(const EndpointTarget& target, EndpointFailure reason) {
  ProbeResult result;
  result.endpoint.target = target;
  result.endpoint.address = target.address.empty() ? "192.0.2.1" : target.address;
  result.endpoint.failure = EndpointFault{reason, std::string(NameOf(reason))};
  return result;
}

/// Endpoints that answer as the test says, in no time, and what was asked of them.
class FakeProber final : public Prober {
 public:
  using Server = std::function<std::vector<ProbeResult>(const EndpointTarget&)>;

  explicit FakeProber(Server server) : server_(std::move(server)) {}

  std::vector<std::vector<ProbeResult>> Probe(std::span<const ProbeOrder> orders) override {
    std::vector<std::vector<ProbeResult>> results;
    std::set<std::string> slow_lanes;
    for (const ProbeOrder& order : orders) {
      results.emplace_back();
      if (order.haste == Haste::kCanWait && slow_lanes.contains(order.lane)) continue;
      asked_.push_back(NameOf(order.target) + " in lane " + order.lane);
      results.back() = server_(order.target);
      if (RanOutOfTime(results.back())) slow_lanes.insert(order.lane);
    }
    return results;
  }

  std::size_t asked() const { return asked_.size(); }
  const std::vector<std::string>& asked_what() const { return asked_; }

 private:
  Server server_;
  std::vector<std::string> asked_;
};

}  // namespace certhealth
