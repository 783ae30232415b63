// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/known_names.h"

namespace certhealth {

KnownNames::KnownNames(const Snapshot& known) {
  for (const auto& run : known.runs) {
    for (const auto& bundle : run->bundles) {
      // What an endpoint presents is somebody else's word.
      if (bundle->source == Source::kEndpoint || bundle->chain.empty()) continue;
      const auto& names = bundle->chain.front()->dns_names;
      names_.insert(names.begin(), names.end());
    }
  }
}

bool KnownNames::Contains(std::string_view host) const {
  if (names_.contains(std::string(host))) return true;
  const std::size_t dot = host.find('.');
  return dot != std::string_view::npos && names_.contains("*" + std::string(host.substr(dot)));
}

}  // namespace certhealth
