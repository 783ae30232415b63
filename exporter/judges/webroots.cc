// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/webroots.h"

#include <algorithm>

namespace certhealth::judges {
namespace {

std::string InLowerCase(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

}  // namespace

Webroots::Webroots(const RenewalConf& conf)
    : webroot_paths_(conf.webroot_path.begin(), conf.webroot_path.end()) {
  for (const auto& [name, path] : conf.webroot_map) {
    by_name_.try_emplace(InLowerCase(name), path);
    mapped_paths_.insert(path);
  }
  if (!conf.webroot_path.empty()) last_ = conf.webroot_path.back();
}

std::string_view Webroots::Of(std::string_view name) const {
  const auto found = by_name_.find(InLowerCase(name));
  return found == by_name_.end() ? last_ : found->second;
}

}  // namespace certhealth::judges
