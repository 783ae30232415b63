// SPDX-License-Identifier: Apache-2.0
#include "exporter/hook/host_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

namespace certhealth {
namespace {

constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

Failure FailureOf(int error, const std::string& path) {
  Reason reason = Reason::kReadFailed;
  if (error == ENOENT) reason = Reason::kNotFound;
  if (error == EACCES || error == EPERM) reason = Reason::kPermissionDenied;
  if (error == ELOOP || error == ENOTDIR) reason = Reason::kNotRegular;
  return {reason, path + ": " + std::generic_category().message(error)};
}

FileDescriptor OpenBelow(const std::string& root, const std::string& path) {
  if (root.empty() || root == "/") return FileDescriptor(open(path.c_str(), kDirectoryFlags));
  const FileDescriptor top(open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!top.valid()) return FileDescriptor();
  open_how how{};
  how.flags = static_cast<std::uint64_t>(kDirectoryFlags);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return FileDescriptor(
      static_cast<int>(syscall(SYS_openat2, top.get(), path.c_str(), &how, sizeof how)));
}

bool WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

HostDirectory::HostDirectory(FileDescriptor descriptor, std::string root, std::string path,
                             bool was_made)
    : descriptor_(std::move(descriptor)),
      root_(std::move(root)),
      path_(std::move(path)),
      was_made_(was_made) {
  struct stat status {};
  if (fstat(descriptor_.get(), &status) != 0) return;
  owner_ = status.st_uid;
  permissions_ = status.st_mode & 07777U;
}

Result<HostDirectory> HostDirectory::Open(const std::string& root, const std::string& path) {
  FileDescriptor descriptor = OpenBelow(root, path);
  if (!descriptor.valid()) return FailureOf(errno, path);
  return HostDirectory(std::move(descriptor), root, path, false);
}

Result<HostDirectory> HostDirectory::OpenOrMake(const std::string& name) const {
  const bool made = mkdirat(descriptor_.get(), name.c_str(), 0755) == 0;
  if (!made && errno != EEXIST) return FailureOf(errno, PathOf(name));
  if (!made) return Open(root_, PathOf(name));  // by its path: it may be a link
  FileDescriptor descriptor(openat(descriptor_.get(), name.c_str(), kDirectoryFlags | O_NOFOLLOW));
  if (!descriptor.valid()) return FailureOf(errno, PathOf(name));
  if (fchmod(descriptor.get(), 0755) != 0) return FailureOf(errno, PathOf(name));  // not the umask
  return HostDirectory(std::move(descriptor), root_, PathOf(name), true);
}

Result<HostDirectory> HostDirectory::Enter(const std::string& name) const {
  FileDescriptor descriptor(openat(descriptor_.get(), name.c_str(), kDirectoryFlags | O_NOFOLLOW));
  if (!descriptor.valid()) return FailureOf(errno, PathOf(name));
  return HostDirectory(std::move(descriptor), root_, PathOf(name), false);
}

Result<std::optional<std::string>> HostDirectory::ReadFile(const std::string& name,
                                                           std::size_t max_bytes) const {
  struct stat status {};
  if (fstatat(descriptor_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::optional<std::string>();
    return FailureOf(errno, PathOf(name));
  }
  // Asked before it is opened, because to open a device may do something.
  const Failure not_regular{Reason::kNotRegular, PathOf(name) + ": not a regular file"};
  if (!S_ISREG(status.st_mode)) return not_regular;
  const FileDescriptor file(
      openat(descriptor_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid() || fstat(file.get(), &status) != 0) return FailureOf(errno, PathOf(name));
  if (!S_ISREG(status.st_mode)) return not_regular;
  std::string text(max_bytes, '\0');
  std::size_t length = 0;
  while (length < max_bytes) {
    const ssize_t got = read(file.get(), text.data() + length, max_bytes - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailureOf(errno, PathOf(name));
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  text.resize(length);
  return std::optional(std::move(text));
}

mode_t HostDirectory::ModeOf(const std::string& name) const {
  struct stat status {};
  if (fstatat(descriptor_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return 0;
  return status.st_mode & 07777U;
}

std::optional<Failure> HostDirectory::WriteFile(const std::string& name, std::string_view text,
                                                mode_t mode) const {
  const std::string temporary = name + "." + std::to_string(getpid()) + "~";
  // What a process with our number left behind when it was killed.
  unlinkat(descriptor_.get(), temporary.c_str(), 0);
  const FileDescriptor file(openat(descriptor_.get(), temporary.c_str(),
                                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.valid()) return FailureOf(errno, PathOf(name));
  const bool written =
      WriteAll(file.get(), text) && fchmod(file.get(), mode) == 0 && fsync(file.get()) == 0 &&
      renameat(descriptor_.get(), temporary.c_str(), descriptor_.get(), name.c_str()) == 0 &&
      fsync(descriptor_.get()) == 0;
  if (written) return std::nullopt;
  Failure failure = FailureOf(errno, PathOf(name));
  unlinkat(descriptor_.get(), temporary.c_str(), 0);
  return failure;
}

std::optional<Failure> HostDirectory::RemoveFile(const std::string& name) const {
  if (unlinkat(descriptor_.get(), name.c_str(), 0) == 0) return std::nullopt;
  return FailureOf(errno, PathOf(name));
}

std::optional<Failure> HostDirectory::RemoveDirectory(const std::string& name) const {
  if (unlinkat(descriptor_.get(), name.c_str(), AT_REMOVEDIR) == 0) return std::nullopt;
  return FailureOf(errno, PathOf(name));
}

Result<std::vector<std::string>> HostDirectory::Names() const {
  FileDescriptor again(openat(descriptor_.get(), ".", kDirectoryFlags));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(again.get()), &closedir);
  if (stream == nullptr) return FailureOf(errno, path_);
  again.release();
  std::vector<std::string> names;
  while (const dirent* entry = readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::ranges::sort(names);
  return names;
}

std::string HostDirectory::PathOf(const std::string& name) const {
  return (path_ == "/" ? "" : path_) + "/" + name;
}

}  // namespace certhealth
