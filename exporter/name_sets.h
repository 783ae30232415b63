// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "collectors/bundle.h"

namespace certhealth {

/// Which lineages carry exactly the same names. Refers to the Bundles it was built from.
class NameSets {
 public:
  /// Of `bundles`, those that certbot looks after.
  void Add(const Bundle& bundle);

  /// The other lineages with the names of `bundle`, in the order of their addition; empty when
  /// there are none.
  std::vector<std::string> OthersLike(const Bundle& bundle) const;

 private:
  static std::string KeyOf(const Bundle& bundle);

  std::unordered_map<std::string, std::vector<const Bundle*>> sets_;
};

}  // namespace certhealth
