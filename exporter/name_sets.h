// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "collectors/bundle.h"

namespace certhealth {

/// Lineages with the same names as another one.
struct Namesakes {
  std::vector<std::string> first;  // names of the first few, in the order of their addition
  std::size_t count = 0;           // all of them
};

/// Which lineages carry exactly the same names. Refers to the Bundles it was built from.
class NameSets {
 public:
  /// Of `bundles`, those that certbot looks after.
  void Add(const Bundle& bundle);

  /// The other lineages with the names of `bundle`. Takes as long for one as for thousands.
  Namesakes OthersLike(const Bundle& bundle) const;

 private:
  static std::string KeyOf(const Bundle& bundle);

  std::unordered_map<std::string, std::vector<const Bundle*>> sets_;
};

}  // namespace certhealth
