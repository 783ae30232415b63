// SPDX-License-Identifier: Apache-2.0
#include "exporter/probe/probe_module.h"

#include <algorithm>

#include "collectors/glob_component.h"

namespace certhealth {

bool Allows(const ProbeModule& module, std::string_view host_and_port) {
  return std::ranges::any_of(module.targets, [&](const std::string& glob) {
    return GlobComponent(glob).Matches(host_and_port);
  });
}

ProbeDeadlines DeadlinesWithin(std::chrono::milliseconds whole) {
  ProbeDeadlines deadlines;
  deadlines.whole = whole;
  for (std::chrono::milliseconds* phase :
       {&deadlines.resolve, &deadlines.connect, &deadlines.starttls, &deadlines.handshake}) {
    *phase = std::min(*phase, whole);
  }
  return deadlines;
}

}  // namespace certhealth
