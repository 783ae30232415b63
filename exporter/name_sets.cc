// SPDX-License-Identifier: Apache-2.0
#include "exporter/name_sets.h"

#include <algorithm>

#include "collectors/certbot/lineage.h"

namespace certhealth {
namespace {

/// Enough to see what is meant. Telling each of thousands of all the others would take for ever.
constexpr std::size_t kMostTold = 4;

}  // namespace

std::string NameSets::KeyOf(const Bundle& bundle) {
  if (bundle.lineage == nullptr || bundle.lineage->newest == nullptr) return {};
  std::vector<std::string> names = bundle.lineage->newest->dns_names;
  std::ranges::sort(names);
  std::string key;
  for (const std::string& name : names) key.append(name).push_back('\n');
  return key;
}

void NameSets::Add(const Bundle& bundle) {
  std::string key = KeyOf(bundle);
  if (!key.empty()) sets_[std::move(key)].push_back(&bundle);
}

Namesakes NameSets::OthersLike(const Bundle& bundle) const {
  const auto found = sets_.find(KeyOf(bundle));
  if (found == sets_.end()) return {};
  Namesakes others{{}, found->second.size() - 1};
  for (const Bundle* other : found->second) {
    if (others.first.size() == kMostTold) break;
    if (other != &bundle) others.first.push_back(other->name);
  }
  return others;
}

}  // namespace certhealth
