// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "collectors/base/file_system.h"
#include "collectors/certbot/mount_table.h"

namespace certhealth {

/// A directory in which certbot will make files, which it makes itself as far as it is missing
/// (os.makedirs, and webroot.py, _create_challenge_dirs).
struct WritePlace {
  /// What keeps root from making something at `at`.
  enum class Obstacle {
    kUnseen,        // this process may not look
    kNone,          // nothing that can be seen
    kNotDirectory,  // `at` is something else
    kDanglingLink,  // `at` is a link to nothing: it can neither be entered nor made
    kReadOnly,      // for every process of the machine
    kReadOnlyHere,  // for this process; whether for certbot too is not known
    kImmutable,     // chattr +i
    kNoSpace,       // not a byte left, for root neither
    kNoInodes,
  };
  Obstacle obstacle = Obstacle::kUnseen;
  std::string at;  // the directory, or the part of its path that exists
  bool exists =
      false;  // it does, as a directory; otherwise certbot makes what is missing below `at`
};

/// Looks at `directory` (absolute) and, where it is missing, at what it would be made in. `mounts`
/// is asked only about what is read-only.
WritePlace LookAtWritePlace(const FileSystem& files, MountTable& mounts,
                            const std::string& directory);

}  // namespace certhealth
