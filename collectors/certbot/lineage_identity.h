// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/file_system.h"

namespace certhealth {

/// Timestamps of files advance in ticks (4 ms on common kernels), and a change within the same tick
/// leaves no trace: a second is far beyond any. What changed less than this before it was looked at
/// must not count as known.
constexpr std::chrono::seconds kClockTick{1};

/// A path, and what it led to.
struct WatchedPath {
  std::string path;
  FileIdentity identity;  // all zero where there was nothing to be seen

  WatchedPath(std::string watched, const Result<FileStatus>& status)
      : path(std::move(watched)), identity(status ? status->identity : FileIdentity{}) {}
};

/// The state of everything that a reading of one lineage depends on. While none of it changes,
/// neither does the reading. There are as many of these as lineages, so it is kept small.
/// Immutable.
class LineageIdentity {
 public:
  LineageIdentity() = default;
  /// `always` is what changes with every renewal; `rarely` are files whose contents alone could
  /// change.
  LineageIdentity(const std::vector<WatchedPath>& always, const std::vector<WatchedPath>& rarely);

  /// Whether what is always checked is as it was.
  bool IsUnchanged(const FileSystem& files) const { return IsUnchanged(files, always_); }
  /// Whether all is as it was.
  bool IsUnchangedThroughout(const FileSystem& files) const {
    return IsUnchanged(files, fingerprints_.size());
  }
  /// When any of it last changed (ctime).
  WallTime NewestChange() const;

 private:
  bool IsUnchanged(const FileSystem& files, std::size_t count) const;

  // Of each path, in order: how many bytes it shares with the one before, how many follow, and
  // these.
  std::string paths_;
  std::vector<std::uint64_t> fingerprints_;  // of the identities: eight bytes for forty
  std::int64_t newest_change_ns_ = 0;
  std::size_t always_ = 0;  // how many of them are always checked; they come first
};

}  // namespace certhealth
