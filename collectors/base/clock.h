// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace certhealth {

/// A moment in UTC, in whole seconds. Not `system_clock::time_point`: libstdc++ counts that in
/// nanoseconds, and the year 9999, which certificates use for "no end" (RFC 5280, 4.1.2.5),
/// overflows it.
using WallTime = std::chrono::sys_seconds;

/// The two clocks of the program. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// What a person would read off the wall; it may jump.
  virtual WallTime Now() const = 0;
  /// For measuring intervals; it never jumps.
  virtual std::chrono::steady_clock::time_point Ticks() const = 0;
};

class SystemClock final : public Clock {
 public:
  WallTime Now() const override {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
  std::chrono::steady_clock::time_point Ticks() const override {
    return std::chrono::steady_clock::now();
  }
};

}  // namespace certhealth
