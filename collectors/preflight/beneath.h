// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "collectors/base/file_descriptor.h"

namespace certhealth {

/// Where a path may lead.
enum class Confine {
  kInRoot,   // absolute links and ".." start over at the directory, as in a chroot
  kBeneath,  // a link, ".." or mount point of /proc that leads out of the directory is an error
};

/// Opens `path`, relative to `directory`, by openat2(2); links are followed as far as `confine`
/// lets them, never those of /proc. Close-on-exec is set. Not valid on an error, which is in errno:
/// EXDEV for a path that leads out, ENOSYS before Linux 5.6.
FileDescriptor OpenConfined(int directory, const std::string& path, int flags, mode_t mode,
                            Confine confine);

/// Makes the file `name` in `directory`, to be written. Not valid where anything has that name, a
/// link to nowhere included (EEXIST), or where `name` leads out of the directory (EXDEV).
FileDescriptor MakeFileBeneath(int directory, const std::string& name, mode_t mode);

}  // namespace certhealth
