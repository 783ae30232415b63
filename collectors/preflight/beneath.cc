// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace certhealth {

FileDescriptor OpenConfined(int directory, const std::string& path, int flags, mode_t mode,
                            Confine confine) {
  open_how how{};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve =
      RESOLVE_NO_MAGICLINKS | (confine == Confine::kInRoot ? RESOLVE_IN_ROOT : RESOLVE_BENEATH);
  // EAGAIN: something was renamed on the way, and the kernel cannot tell where that led.
  for (int attempt = 0; attempt < 3; ++attempt) {
    const long opened = syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how);
    if (opened >= 0) return FileDescriptor(static_cast<int>(opened));
    if (errno != EAGAIN && errno != EINTR) break;
  }
  return {};
}

FileDescriptor MakeFileBeneath(int directory, const std::string& name, mode_t mode) {
  return OpenConfined(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode,
                      Confine::kBeneath);
}

}  // namespace certhealth
