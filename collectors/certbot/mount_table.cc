// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/mount_table.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxTableBytes = std::uint64_t{4} << 20U;

/// What systemd.exec(5) names for ProtectSystem=full and ProtectHome=read-only.
constexpr std::array<std::string_view, 7> kProtected = {"/usr/",  "/boot/", "/efi/",     "/etc/",
                                                        "/home/", "/root/", "/run/user/"};

std::string_view TakeField(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return field;
}

bool HasOption(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    const std::size_t end = std::min(options.find(','), options.size());
    if (options.substr(0, end) == wanted) return true;
    options.remove_prefix(std::min(end + 1, options.size()));
  }
  return false;
}

std::optional<dev_t> ParseDevice(std::string_view text) {
  unsigned major_number = 0;
  unsigned minor_number = 0;
  const char* const end = text.data() + text.size();
  const auto [colon, first] = std::from_chars(text.data(), end, major_number);
  if (first != std::errc() || colon == end || *colon != ':') return std::nullopt;
  const auto [last, second] = std::from_chars(colon + 1, end, minor_number);
  if (second != std::errc() || last != end) return std::nullopt;
  return makedev(major_number, minor_number);
}

}  // namespace

std::set<dev_t> FindReadOnlyDevices(std::string_view mountinfo) {
  std::set<dev_t> devices;
  while (!mountinfo.empty()) {
    const std::size_t end = std::min(mountinfo.find('\n'), mountinfo.size());
    std::string_view line = mountinfo.substr(0, end);
    mountinfo.remove_prefix(std::min(end + 1, mountinfo.size()));
    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    const std::size_t separator = line.find(" - ");
    if (separator == std::string_view::npos) continue;
    const std::string_view options = line.substr(line.rfind(' ') + 1);
    if (!HasOption(options, "ro")) continue;
    TakeField(line);
    TakeField(line);
    if (const auto device = ParseDevice(TakeField(line))) devices.insert(*device);
  }
  return devices;
}

bool MountTable::IsReadOnlyForAll(const std::string& path, dev_t device) {
  if (const auto told = view_.IsReadOnly(path)) return *told;
  if (!is_read_) Read();
  if (sees_what_init_sees_ || read_only_.contains(device)) return true;
  return may_write_below_root_ && std::ranges::none_of(kProtected, [&](std::string_view directory) {
           return path.starts_with(directory);
         });
}

void MountTable::Read() {
  is_read_ = true;
  const auto mounts = files_.Read("/proc/self/mountinfo", kMaxTableBytes);
  if (mounts) read_only_ = FindReadOnlyDevices(mounts->bytes);
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
