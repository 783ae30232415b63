// SPDX-License-Identifier: Apache-2.0
#include "exporter/json_targets.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "collectors/endpoint/endpoint_url.h"

namespace certhealth {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint16_t kHttps = 443;

/// A name that a prober could ask for.
bool IsAskable(const std::string& name) {
  const auto target = ParseEndpointUrl(name);
  return target && target->host == name && !IsIpAddress(name);
}

Json GroupOf(const Verdict& verdict, std::unordered_set<std::string_view>& told) {
  Json targets = Json::array();
  for (const std::string& name : verdict.leaf()->dns_names) {
    if (!IsAskable(name) || !told.insert(name).second) continue;
    targets.push_back(HostAndPort(name, kHttps));
  }
  return {{"targets", std::move(targets)},
          {"labels",
           {{"__meta_certhealth_source", NameOf(verdict.bundle->source)},
            {"__meta_certhealth_name", verdict.bundle->name}}}};
}

}  // namespace

std::string ToServiceDiscovery(const Report& report) {
  Json groups = Json::array();
  std::unordered_set<std::string_view> told;
  for (const Verdict& verdict : report.verdicts) {
    if (verdict.bundle->endpoint != nullptr || verdict.leaf() == nullptr) continue;
    if (verdict.leaf()->is_ca) continue;
    Json group = GroupOf(verdict, told);
    if (!group["targets"].empty()) groups.push_back(std::move(group));
  }
  return groups.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace certhealth
