// SPDX-License-Identifier: Apache-2.0
#include "collectors/base/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "collectors/base/file_descriptor.h"

namespace certhealth {
namespace {

FileKind KindOf(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::kRegular;
  if (S_ISDIR(mode)) return FileKind::kDirectory;
  if (S_ISLNK(mode)) return FileKind::kSymlink;
  if (S_ISFIFO(mode)) return FileKind::kFifo;
  if (S_ISSOCK(mode)) return FileKind::kSocket;
  return FileKind::kDevice;
}

FileKind KindOf(const dirent64& entry, int directory) {
  switch (entry.d_type) {
    case DT_REG:
      return FileKind::kRegular;
    case DT_DIR:
      return FileKind::kDirectory;
    case DT_LNK:
      return FileKind::kSymlink;
    case DT_FIFO:
      return FileKind::kFifo;
    case DT_SOCK:
      return FileKind::kSocket;
    case DT_UNKNOWN: {  // some file systems do not say
      struct stat status {};
      if (fstatat(directory, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        return KindOf(status.st_mode);
      }
      return FileKind::kDevice;
    }
    default:
      return FileKind::kDevice;
  }
}

FileStatus ToFileStatus(const struct statx& status) {
  const auto nanoseconds = [](const statx_timestamp& time) {
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
  };
  FileStatus result;
  result.identity = {makedev(status.stx_dev_major, status.stx_dev_minor), status.stx_ino,
                     status.stx_size, nanoseconds(status.stx_mtime), nanoseconds(status.stx_ctime)};
  result.kind = KindOf(status.stx_mode);
  result.permissions = status.stx_mode & 07777U;
  result.owner = status.stx_uid;
  result.group = status.stx_gid;
  result.immutable = (status.stx_attributes & STATX_ATTR_IMMUTABLE) != 0;
  return result;
}

/// Whether `status` is now that of `path`, or of `descriptor` where that is empty.
bool AskStatus(int descriptor, const char* path, int flags, struct statx& status) {
  return statx(descriptor, path, flags | (*path == '\0' ? AT_EMPTY_PATH : 0), STATX_BASIC_STATS,
               &status) == 0;
}

Failure FailureOf(int error, const std::string& path) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return {Reason::kNotFound, path + " does not exist"};
    case EACCES:
    case EPERM:
      return {Reason::kPermissionDenied, path + " may not be read by this process"};
    case ELOOP:
      return {Reason::kLinkLoop, path + " is a loop of symbolic links"};
    default:
      return {Reason::kReadFailed, path + ": " + std::generic_category().message(error)};
  }
}

Failure NotRegular(const std::string& path, FileKind kind) {
  return {Reason::kNotRegular, path + " is " + std::string(NameOf(kind)) + ", not a regular file"};
}

struct OpenFile {
  FileDescriptor descriptor;
  FileStatus status;
};

class PosixByteSource final : public ByteSource {
 public:
  PosixByteSource(OpenFile file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  Result<std::size_t> ReadAt(std::uint64_t offset, std::span<char> buffer) override {
    std::size_t length = 0;
    while (length < buffer.size()) {
      const ssize_t got = pread(file_.descriptor.get(), buffer.data() + length,
                                buffer.size() - length, static_cast<off_t>(offset + length));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return FailureOf(errno, path_);
      if (got == 0) break;
      length += static_cast<std::size_t>(got);
    }
    return length;
  }

  const FileStatus& status() const override { return file_.status; }

 private:
  OpenFile file_;
  std::string path_;  // for messages
};

/// Either the machine's own root, where plain system calls do, or a prefix, inside which openat2
/// keeps every link.
class PosixFileSystem final : public FileSystem {
 public:
  explicit PosixFileSystem(const std::string& root) {
    if (root.empty() || root == "/") return;
    has_prefix_ = true;
    root_ = FileDescriptor(open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    root_error_ = root_.valid() ? 0 : errno;
  }

  Result<std::vector<DirectoryEntry>> List(const std::string& path) const override {
    const FileDescriptor descriptor = Open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
    if (!descriptor.valid()) return FailureOf(errno, path);
    std::vector<DirectoryEntry> entries;
    // readdir would take 32 KiB from the heap for each of ten thousand small directories.
    alignas(dirent64) std::array<char, 16'384> buffer;
    while (true) {
      const ssize_t filled = getdents64(descriptor.get(), buffer.data(), buffer.size());
      if (filled < 0 && errno != ENOENT) return FailureOf(errno, path);
      if (filled <= 0) break;  // ENOENT: it was removed meanwhile
      for (ssize_t at = 0; at < filled;) {
        const auto& entry = *reinterpret_cast<const dirent64*>(buffer.data() + at);
        const std::string_view name = entry.d_name;
        if (name != "." && name != "..") {
          entries.push_back({std::string(name), KindOf(entry, descriptor.get())});
        }
        at += entry.d_reclen;
      }
    }
    std::ranges::sort(entries, {}, &DirectoryEntry::name);
    return entries;
  }

  Result<FileStatus> Status(const std::string& path) const override {
    struct statx status {};
    if (!has_prefix_) {
      if (path.empty()) return Explain(ENOENT, path);
      if (AskStatus(AT_FDCWD, path.c_str(), 0, status)) return ToFileStatus(status);
      return Explain(errno, path);
    }
    const FileDescriptor descriptor = Open(path, O_PATH);
    if (!descriptor.valid()) return Explain(errno, path);
    if (!AskStatus(descriptor.get(), "", 0, status)) return FailureOf(errno, path);
    return ToFileStatus(status);
  }

  Result<FileStatus> LinkStatus(const std::string& path) const override {
    struct statx status {};
    if (!has_prefix_) {
      if (path.empty()) return FailureOf(ENOENT, path);
      if (AskStatus(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, status))
        return ToFileStatus(status);
      return FailureOf(errno, path);
    }
    const FileDescriptor descriptor = Open(path, O_PATH | O_NOFOLLOW);
    if (!descriptor.valid()) return FailureOf(errno, path);
    if (!AskStatus(descriptor.get(), "", 0, status)) return FailureOf(errno, path);
    return ToFileStatus(status);
  }

  Result<std::string> ReadLink(const std::string& path) const override {
    char text[4096];
    ssize_t length = 0;
    if (!has_prefix_) {
      length = readlink(path.c_str(), text, sizeof text);
    } else {
      const FileDescriptor descriptor = Open(path, O_PATH | O_NOFOLLOW);
      if (!descriptor.valid()) return FailureOf(errno, path);
      length = readlinkat(descriptor.get(), "", text, sizeof text);
      // An empty path on a descriptor of something else is ENOENT.
      if (length < 0 && errno == ENOENT) errno = EINVAL;
    }
    if (length >= 0) return std::string(text, static_cast<std::size_t>(length));
    if (errno == EINVAL) {
      return Failure{Reason::kNotRegular, path + " is not a symbolic link"};
    }
    return FailureOf(errno, path);
  }

  Result<FileContents> Read(const std::string& path, std::uint64_t max_bytes) const override {
    return ReadAll(OpenRegular(path), path, max_bytes);
  }

  Result<FileContents> ReadRegular(const std::string& path,
                                   std::uint64_t max_bytes) const override {
    return ReadAll(OpenKnownRegular(path), path, max_bytes);
  }

  Result<std::unique_ptr<ByteSource>> OpenForReading(const std::string& path) const override {
    Result<OpenFile> file = OpenRegular(path);
    if (!file) return file.error();
    return std::unique_ptr<ByteSource>(
        std::make_unique<PosixByteSource>(std::move(file).value(), path));
  }

  Result<DirectoryCondition> Condition(const std::string& path) const override {
    const FileDescriptor descriptor = Open(path, O_PATH | O_DIRECTORY);
    if (!descriptor.valid()) return Explain(errno, path);
    struct statvfs volume {};
    struct statx status {};
    if (fstatvfs(descriptor.get(), &volume) != 0 ||
        statx(descriptor.get(), "", AT_EMPTY_PATH, 0, &status) != 0) {
      return FailureOf(errno, path);
    }
    DirectoryCondition condition;
    condition.device = makedev(status.stx_dev_major, status.stx_dev_minor);
    condition.read_only = (volume.f_flag & ST_RDONLY) != 0;
    condition.immutable = (status.stx_attributes & STATX_ATTR_IMMUTABLE) != 0;
    if (volume.f_blocks > 0) condition.free_bytes = volume.f_bfree * volume.f_frsize;
    if (volume.f_files > 0) condition.free_inodes = volume.f_ffree;
    return condition;
  }

 private:
  static Result<FileContents> ReadAll(const Result<OpenFile>& file, const std::string& path,
                                      std::uint64_t max_bytes) {
    if (!file) return file.error();
    FileContents contents{{}, file->status};
    const std::uint64_t stated = contents.status.identity.size_bytes;
    if (stated > max_bytes) return TooLarge(path, max_bytes);
    // One byte more than stated: a file that grew, or one of /proc that states 0, is then seen as
    // such.
    contents.bytes.resize(stated + 1);
    std::size_t length = 0;
    while (true) {
      const ssize_t got = read(file->descriptor.get(), contents.bytes.data() + length,
                               contents.bytes.size() - length);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return FailureOf(errno, path);
      length += static_cast<std::size_t>(got);
      if (length > max_bytes) return TooLarge(path, max_bytes);
      // What was stated, and no byte behind it, is the whole.
      if (got == 0 || (stated > 0 && length == stated)) break;
      if (length == contents.bytes.size()) contents.bytes.resize(length + 65536);
    }
    contents.bytes.resize(length);
    return contents;
  }

  Result<OpenFile> OpenRegular(const std::string& path) const {
    // To open a device may do something (/dev/watchdog reboots the machine), so it is asked first
    // what it is. Should it be replaced in between, O_NONBLOCK keeps a FIFO from holding us.
    const Result<FileStatus> before = Status(path);
    if (!before) return before.error();
    if (before->kind != FileKind::kRegular) return NotRegular(path, before->kind);
    return OpenKnownRegular(path);
  }

  Result<OpenFile> OpenKnownRegular(const std::string& path) const {
    FileDescriptor descriptor = Open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!descriptor.valid()) return Explain(errno, path);
    struct statx status {};
    if (!AskStatus(descriptor.get(), "", 0, status)) return FailureOf(errno, path);
    if (!S_ISREG(status.stx_mode)) return NotRegular(path, KindOf(status.stx_mode));
    return OpenFile{std::move(descriptor), ToFileStatus(status)};
  }

  static Failure TooLarge(const std::string& path, std::uint64_t max_bytes) {
    return {Reason::kTooLarge, path + " is larger than " + std::to_string(max_bytes) + " bytes"};
  }

  FileDescriptor Open(const std::string& path, int flags) const {
    if (!has_prefix_) return FileDescriptor(open(path.c_str(), flags | O_CLOEXEC));
    if (!root_.valid()) {
      errno = root_error_;
      return FileDescriptor();
    }
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    return FileDescriptor(
        static_cast<int>(syscall(SYS_openat2, root_.get(), path.c_str(), &how, sizeof how)));
  }

  /// Tells a dangling link from a path that is simply not there.
  Failure Explain(int error, const std::string& path) const {
    if (error == ENOENT) {
      const Result<std::string> target = ReadLink(path);
      if (target) {
        return {Reason::kBrokenLink, path + " links to " + *target + ", which does not exist"};
      }
    }
    return FailureOf(error, path);
  }

  bool has_prefix_ = false;
  FileDescriptor root_;  // of the prefix; unused without one
  int root_error_ = 0;
};

}  // namespace

std::string_view NameOf(FileKind kind) {
  switch (kind) {
    case FileKind::kRegular:
      return "a regular file";
    case FileKind::kDirectory:
      return "a directory";
    case FileKind::kSymlink:
      return "a symbolic link";
    case FileKind::kFifo:
      return "a FIFO";
    case FileKind::kSocket:
      return "a socket";
    case FileKind::kDevice:
      return "a device";
  }
  return "a device";
}

std::unique_ptr<FileSystem> MakePosixFileSystem(const std::string& root) {
  return std::make_unique<PosixFileSystem>(root);
}

}  // namespace certhealth
