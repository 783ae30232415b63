// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace certhealth {

/// What this process uses, as /proc/self tells. What could not be read is absent.
struct ProcessUsage {
  std::optional<double> cpu_seconds;
  std::optional<double> start_seconds;  // since 1970
  std::optional<std::uint64_t> resident_bytes;
  std::optional<std::uint64_t> virtual_bytes;
  std::optional<std::uint64_t> open_files;
  std::optional<std::uint64_t> max_open_files;
  std::optional<std::uint64_t> threads;
};

/// Reads memory of the kernel alone, never a disk. Thread-safe.
ProcessUsage MeasureProcess();

}  // namespace certhealth
