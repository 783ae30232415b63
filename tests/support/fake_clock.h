// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/base/clock.h"

namespace certhealth {

/// A clock that stands still until it is told to move. It starts in the year 2100: long after every
/// file that a test could make, so that none of them counts as just changed.
class FakeClock final : public Clock {
 public:
  WallTime Now() const override { return now_; }
  std::chrono::steady_clock::time_point Ticks() const override { return ticks_; }

  void Set(WallTime now) { now_ = now; }
  void Advance(std::chrono::seconds span) {
    now_ += span;
    ticks_ += span;
  }

 private:
  WallTime now_{std::chrono::sys_days{std::chrono::year{2100} / 1 / 1}};
  std::chrono::steady_clock::time_point ticks_{};
};

}  // namespace certhealth
