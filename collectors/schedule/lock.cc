// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/lock.h"

#include <sys/sysmacros.h>

#include <charconv>
#include <cstdint>
#include <vector>

#include "collectors/schedule/text.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxLocksBytes = 4194304;

template <typename Number>
std::optional<Number> Parse(std::string_view text, int base) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "08:02:131": major and minor in hexadecimal, the inode in decimal.
bool Names(std::string_view text, const FileIdentity& identity) {
  const std::vector<std::string_view> parts = Split(text, ':');
  if (parts.size() != 3) return false;
  const auto major_number = Parse<unsigned>(parts[0], 16);
  const auto minor_number = Parse<unsigned>(parts[1], 16);
  const auto inode = Parse<std::uint64_t>(parts[2], 10);
  if (!major_number || !minor_number || inode != identity.inode) return false;
  if (*major_number == major(identity.device) && *minor_number == minor(identity.device))
    return true;
  // btrfs and overlayfs tell stat(2) another anonymous device, of major 0, than they tell this
  // table.
  return *major_number == 0 && major(identity.device) == 0;
}

}  // namespace

std::optional<LockHolder> FindLockHolder(std::string_view locks, const FileIdentity& identity) {
  for (std::string_view line : SplitLines(locks)) {
    // "1: POSIX  ADVISORY  WRITE 1234 08:02:131 0 EOF"; a waiter has "->" behind the number.
    TakeWord(line);
    const std::string_view type = TakeWord(line);
    if (type != "POSIX" && type != "OFDLCK" && type != "FLOCK") continue;
    TakeWord(line);
    TakeWord(line);
    const auto pid = Parse<pid_t>(TakeWord(line), 10);
    if (!Names(TakeWord(line), identity)) continue;
    return LockHolder{pid && *pid > 0 ? pid : std::nullopt};
  }
  return std::nullopt;
}

Result<std::optional<LockHolder>> ReadLock(const FileSystem& files, const std::string& path) {
  const Result<FileStatus> status = files.Status(path);
  if (!status) {
    if (status.error().reason == Reason::kNotFound) return std::optional<LockHolder>();
    return status.error();
  }
  const Result<FileContents> locks = files.Read("/proc/locks", kMaxLocksBytes);
  if (!locks) return locks.error();
  return FindLockHolder(locks->bytes, status->identity);
}

}  // namespace certhealth
