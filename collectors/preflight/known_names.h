// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "collectors/snapshot.h"

namespace certhealth {

/// The DNS names on this machine's certificates: whom the checks may ask. Immutable.
class KnownNames {
 public:
  explicit KnownNames(const Snapshot& known);

  /// Whether a certificate has `host`, in lower case, or a wildcard that stands for it.
  bool Contains(std::string_view host) const;

 private:
  std::unordered_set<std::string> names_;
};

}  // namespace certhealth
