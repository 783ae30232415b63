// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "collectors/snapshot.h"

namespace certhealth {

/// Looks at one part of the world. Called from one thread at a time; may keep what it has read, to
/// look cheaper the next time. Does not throw but for want of memory.
class Collector {
 public:
  virtual ~Collector() = default;
  /// The value of the label `collector`.
  virtual std::string_view name() const = 0;
  virtual CollectorRun Look() = 0;
};

}  // namespace certhealth
