// SPDX-License-Identifier: Apache-2.0
#include "exporter/name_sets.h"

#include <algorithm>

#include "collectors/certbot/lineage.h"

namespace certhealth {

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

std::vector<std::string> NameSets::OthersLike(const Bundle& bundle) const {
  std::vector<std::string> others;
  const auto found = sets_.find(KeyOf(bundle));
  if (found == sets_.end()) return others;
  for (const Bundle* other : found->second) {
    if (other != &bundle) others.push_back(other->name);
  }
  return others;
}

}  // namespace certhealth
