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
  /// `known` is what all collectors have seen so far. Only a collector of Turn::kSecond finds the
  /// looks of the others in it.
  virtual CollectorRun Look(const Snapshot& known) = 0;
};

}  // namespace certhealth
