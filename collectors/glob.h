// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/failure.h"
#include "collectors/base/file_system.h"

namespace certhealth {

struct GlobLimits {
  std::size_t paths = 200'000;
  std::size_t directories = 200'000;  // listed
  int depth = 64;                     // of directories below a `**`
};

struct GlobResult {
  std::vector<std::string> paths;  // sorted bytewise, each once; bytes as the file system has them
  std::vector<Failure> failures;   // directories that could not be looked into; a hundred at most
  bool is_literal = false;         // the pattern has no wildcard, and `paths` is its one path
};

/// The paths that an absolute pattern stands for: `*`, `?`, `[a-z]`, and `**` for directories at
/// any depth, see GlobComponent. A pattern without wildcard yields its path whether it is there or
/// not. What matches is yielded whatever it is, dangling links too, except that a last `*` or `**`
/// yields no directory. `**` follows a link to a directory only where no other way leads there, so
/// loops end and a new link renames nothing. Directories that cannot be listed and limits that are
/// reached are failures; a missing directory is one only before the first wildcard.
GlobResult ExpandGlob(const FileSystem& files, std::string_view pattern,
                      const GlobLimits& limits = {});

}  // namespace certhealth
