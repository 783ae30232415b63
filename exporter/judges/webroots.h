// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "collectors/renewal_conf.h"

namespace certhealth::judges {

/// Which directory certbot's webroot plugin would use for a name. Refers to the conf it is made of;
/// made in the time of its entries, asked in constant time.
class Webroots {
 public:
  explicit Webroots(const RenewalConf& conf);

  /// The entry of `name` in the map, written alike, else the last webroot_path; empty for none.
  std::string_view Of(std::string_view name) const;

  bool IsMappedTo(std::string_view path) const { return mapped_paths_.contains(path); }
  bool IsAWebrootPath(std::string_view path) const { return webroot_paths_.contains(path); }

 private:
  std::unordered_map<std::string_view, std::string_view> by_name_;
  std::unordered_set<std::string_view> mapped_paths_;
  std::unordered_set<std::string_view> webroot_paths_;
  std::string_view last_;
};

}  // namespace certhealth::judges
