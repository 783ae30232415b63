// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/file_system.h"

namespace certhealth {

/// One line of /proc/PID/mountinfo (proc(5)).
struct Mount {
  std::string device;  // "254:1"
  std::string root;    // the directory of that file system which is seen at `point`
  std::string point;
  bool read_only = false;  // the mount, or its file system as a whole
  /// The file system itself; a mount alone is made read-only by containers and by systemd.
  bool file_system_read_only = false;

  bool operator==(const Mount&) const = default;
};

/// The mounts that `mountinfo` tells, in its order. Lines that are none are passed over.
std::vector<Mount> ParseMounts(std::string_view mountinfo);

/// What a sandbox or a container makes of the machine's files: our own mounts beside those of the
/// machine's first process. By default there is no difference to be known.
class MountView {
 public:
  MountView() = default;
  /// `root` is where the machine's "/" lies for us.
  MountView(std::vector<Mount> own, std::vector<Mount> machine, std::string root);
  /// Of a machine at another root whose mounts nobody tells.
  static MountView OfUnknownMachine();

  /// Whether `path`, which is not there for us, may be there for the machine: hidden below a mount
  /// that only we have, or behind a link that leads to one.
  bool MayHide(const FileSystem& files, std::string_view path) const;

  /// Whether the machine has `path` on a read-only mount. nullopt: the view is the machine's own,
  /// so the file system knows.
  std::optional<bool> IsReadOnly(std::string_view path) const;

 private:
  bool IsSame(std::string_view path) const;

  std::vector<Mount> own_, machine_;
  std::string root_;
  bool is_unknown_ = false;
};

using MountLook = std::function<MountView()>;

/// Compares the mounts by /proc of the machine at `root`; "/" is this very machine.
MountLook MountLookAt(const std::string& root);

}  // namespace certhealth
