// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/mount_table.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxTableBytes = std::uint64_t{4} << 20U;

/// What systemd.exec(5) names for ProtectSystem=full and ProtectHome=read-only.
constexpr std::array<std::string_view, 7> kProtected = {"/usr/",  "/boot/", "/efi/",     "/etc/",
                                                        "/home/", "/root/", "/run/user/"};

/// As mountinfo writes it.
std::string DeviceName(dev_t device) {
  return std::to_string(major(device)) + ":" + std::to_string(minor(device));
}

}  // namespace

bool MountTable::IsReadOnlyForAll(const std::string& path, dev_t device) {
  if (const auto told = view_.IsReadOnly(path)) return *told;
  if (!is_read_) Read();
  if (sees_what_init_sees_ || read_only_.contains(DeviceName(device))) return true;
  return may_write_below_root_ && std::ranges::none_of(kProtected, [&](std::string_view directory) {
           return path.starts_with(directory);
         });
}

void MountTable::Read() {
  is_read_ = true;
  const auto mounts = files_.Read("/proc/self/mountinfo", kMaxTableBytes);
  if (mounts) {
    for (const Mount& mount : ParseMounts(mounts->bytes)) {
      if (mount.file_system_read_only) read_only_.insert(mount.device);
    }
  }
  // The first process of a container is no init of a machine.
  const auto self = files_.ReadLink("/proc/self");
  if (in_container_ || !self || *self == "1") return;
  const auto root = files_.Condition("/");
  may_write_below_root_ = root && !root->read_only;
  const auto own = files_.ReadLink("/proc/self/ns/mnt");
  const auto init = files_.ReadLink("/proc/1/ns/mnt");
  sees_what_init_sees_ = own && init && *own == *init;
}

}  // namespace certhealth
