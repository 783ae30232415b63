// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <set>
#include <string>
#include <utility>

#include "collectors/base/file_system.h"
#include "collectors/base/mount_view.h"

namespace certhealth {

/// Tells what is read-only for every process of the machine from what only this one may not write.
/// Reads what it needs when it is first asked. One look, one thread.
class MountTable {
 public:
  /// `in_container`: what this process sees may be made for it alone. `view`: where the machine's
  /// own mounts can be seen beside ours, they decide.
  MountTable(const FileSystem& files, bool in_container, MountView view = {})
      : files_(files), in_container_(in_container), view_(std::move(view)) {}

  /// Whether the directory `path` on `device`, which is read-only for this process, is so for
  /// certbot too. Where even / is read-only for this process, or `path` is of those that systemd
  /// makes read-only for a service (ProtectSystem=, ProtectHome=), that is not known.
  bool IsReadOnlyForAll(const std::string& path, dev_t device);

 private:
  void Read();

  const FileSystem& files_;
  bool in_container_;
  MountView view_;
  bool is_read_ = false;
  bool sees_what_init_sees_ = false;
  bool may_write_below_root_ = false;
  std::set<std::string> read_only_;  // devices, as mountinfo names them
};

}  // namespace certhealth
