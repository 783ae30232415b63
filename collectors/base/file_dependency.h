// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

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

/// Whether each is as it was.
inline bool AreUnchanged(const FileSystem& files, const std::vector<FileDependency>& all) {
  return std::ranges::all_of(all, [&](const FileDependency& before) {
    return DependencyOn(files, before.path) == before;
  });
}

}  // namespace certhealth
