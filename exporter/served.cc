// SPDX-License-Identifier: Apache-2.0
#include "exporter/served.h"

#include <algorithm>
#include <string_view>

#include "collectors/certbot/lineage.h"
#include "collectors/endpoint/endpoint.h"

namespace certhealth {
namespace {

std::string NamesKey(const Certificate& leaf) {
  std::vector<std::string_view> names(leaf.dns_names.begin(), leaf.dns_names.end());
  std::ranges::sort(names);
  std::string key;
  for (const std::string_view name : names) key.append(name).push_back('\n');
  return key;
}

/// The issuer without its CN: a public CA issues by turns from several intermediates of its own.
std::string_view OrganizationOf(std::string_view issuer) {
  const std::size_t start = issuer.find("O=");
  return start == std::string_view::npos ? issuer : issuer.substr(start);
}

const Certificate* LeafOf(const Bundle& bundle) {
  if (!bundle.chain.empty()) return bundle.chain.front().get();
  return bundle.lineage == nullptr ? nullptr : bundle.lineage->newest.get();
}

bool HasEndpoints(const Snapshot& snapshot) {
  return std::ranges::any_of(snapshot.runs, [](const auto& run) {
    return !run->bundles.empty() && run->bundles.front()->endpoint != nullptr;
  });
}

}  // namespace

ServedCertificates::ServedCertificates(const Snapshot& snapshot) {
  if (!HasEndpoints(snapshot)) return;
  for (const auto& run : snapshot.runs) {
    for (const auto& bundle : run->bundles) {
      if (bundle->endpoint == nullptr) AddOnDisk(*bundle);
    }
  }
  for (const auto& run : snapshot.runs) {
    for (const auto& bundle : run->bundles) {
      if (bundle->endpoint == nullptr) continue;
      const auto version = Match(*bundle);
      if (!version) continue;
      versions_[bundle.get()] = *version;
      served_at_[version->lineage].push_back({bundle.get(), version->is_newest});
    }
  }
}

void ServedCertificates::AddOnDisk(const Bundle& bundle) {
  const Certificate* leaf = LeafOf(bundle);
  if (leaf == nullptr) return;
  // A lineage wins over a file, which may be a copy of it.
  const Bundle*& place = on_disk_[ToHex(leaf->sha256)];
  if (place == nullptr || bundle.lineage != nullptr) place = &bundle;
  if (bundle.lineage == nullptr) return;
  const Lineage& lineage = *bundle.lineage;
  if (lineage.newest != nullptr) on_disk_.try_emplace(ToHex(lineage.newest->sha256), &bundle);
  if (lineage.sha256_before) before_.try_emplace(ToHex(*lineage.sha256_before), &bundle);
  lineages_[NamesKey(*leaf)].push_back(&bundle);
}

std::optional<ServedVersion> ServedCertificates::Match(const Bundle& endpoint) const {
  if (endpoint.chain.empty()) return std::nullopt;
  const Certificate& leaf = *endpoint.chain.front();
  const std::string sha256 = ToHex(leaf.sha256);
  if (const auto found = on_disk_.find(sha256);
      found != on_disk_.end() && found->second->lineage != nullptr) {
    return ServedVersion{found->second, true};
  }
  if (const auto found = before_.find(sha256); found != before_.end())
    return ServedVersion{found->second, false};
  if (!endpoint.endpoint->local || on_disk_.contains(sha256)) return std::nullopt;
  const auto found = lineages_.find(NamesKey(leaf));
  if (found == lineages_.end() || found->second.size() != 1) return std::nullopt;
  const Certificate& present = *LeafOf(*found->second.front());
  if (leaf.not_before >= present.not_before ||
      OrganizationOf(leaf.issuer) != OrganizationOf(present.issuer)) {
    return std::nullopt;
  }
  return ServedVersion{found->second.front(), false};
}

std::optional<ServedVersion> ServedCertificates::VersionOf(const Bundle& endpoint) const {
  const auto found = versions_.find(&endpoint);
  return found == versions_.end() ? std::nullopt : std::optional(found->second);
}

const std::vector<ServedAt>& ServedCertificates::EndpointsOf(const Bundle& lineage) const {
  static const std::vector<ServedAt> kNone;
  const auto found = served_at_.find(&lineage);
  return found == served_at_.end() ? kNone : found->second;
}

const Bundle* ServedCertificates::OnDisk(const Certificate& leaf) const {
  const auto found = on_disk_.find(ToHex(leaf.sha256));
  return found == on_disk_.end() ? nullptr : found->second;
}

}  // namespace certhealth
