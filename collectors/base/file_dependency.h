// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/file_system.h"

namespace certhealth {

/// How a file or a directory was when something was made of it. A directory changes when a name is
/// added to it or taken from it.
struct FileDependency {
  std::string path;
  bool exists = false;
  FileIdentity identity{};  // when it exists

  bool operator==(const FileDependency&) const = default;
};

/// How `path` is now, links followed.
inline FileDependency DependencyOn(const FileSystem& files, const std::string& path) {
  const Result<FileStatus> status = files.Status(path);
  if (!status) return {path, false, {}};
  return {path, true, status->identity};
}

/// The files and directories that something was made of.
class FileDependencies {
 public:
  FileDependencies() = default;
  /// As they were at `seen_at`.
  FileDependencies(std::vector<FileDependency> all, WallTime seen_at)
      : all_(std::move(all)), settled_(NewestChange(all_) + kClockTick < seen_at) {}

  /// Whether each is as it was. Never while one was so young that it could change once more within
  /// the same tick of the file system's clock, nor when there are none.
  bool AreUnchanged(const FileSystem& files) const {
    return settled_ && !all_.empty() &&
           std::ranges::all_of(all_, [&](const FileDependency& before) {
             return DependencyOn(files, before.path) == before;
           });
  }

 private:
  static constexpr std::chrono::seconds kClockTick{2};

  static WallTime NewestChange(const std::vector<FileDependency>& all) {
    std::int64_t newest_ns = 0;
    for (const FileDependency& one : all) newest_ns = std::max(newest_ns, one.identity.changed_ns);
    return std::chrono::ceil<std::chrono::seconds>(
        std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(newest_ns)));
  }

  std::vector<FileDependency> all_;
  bool settled_ = false;
};

}  // namespace certhealth
