// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/webroots.h"

namespace certhealth::judges {
Webroots::Webroots(const RenewalConf& conf)
    : webroot_paths_(conf.webroot_path.begin(), conf.webroot_path.end()) {
  for (const auto& [name, path] : conf.webroot_map) {
    by_name_.try_emplace(name, path);
    mapped_paths_.insert(path);
  }
  if (!conf.webroot_path.empty()) last_ = conf.webroot_path.back();
}

std::string_view Webroots::Of(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? last_ : found->second;
}

}  // namespace certhealth::judges
