// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "collectors/base/file_system.h"

namespace certhealth {

struct LockHolder {
  /// nullopt when it lies in another namespace, or the lock has no process.
  std::optional<pid_t> pid;

  bool operator==(const LockHolder&) const = default;
};

/// Who holds a lock on the file `identity`, by a table such as /proc/locks (proc(5)). Those that
/// wait for it do not count.
std::optional<LockHolder> FindLockHolder(std::string_view locks, const FileIdentity& identity);

/// Who holds certbot's lock file at `path`, "/var/lib/letsencrypt/.certbot.lock"; nullopt when
/// nobody does, as when the file is not there or a killed run left it behind. The lock itself is
/// never touched.
Result<std::optional<LockHolder>> ReadLock(const FileSystem& files, const std::string& path);

}  // namespace certhealth
