// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "collectors/base/file_system.h"

namespace certhealth {

/// Which directory a path leads to, whatever links and mounts lie on the way; also of one that is
/// not there yet.
struct DirectoryPlace {
  dev_t device = 0;
  ino_t inode = 0;      // of the part of the path that exists
  std::string below{};  // the rest of it: "acme/challenges"

  bool operator==(const DirectoryPlace&) const = default;
};

/// That of `path` (absolute); nullopt where it cannot be told.
std::optional<DirectoryPlace> PlaceOfDirectory(const FileSystem& files, std::string path);

}  // namespace certhealth
