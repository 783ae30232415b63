// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/result.h"

namespace certhealth {

enum class FileKind { kRegular, kDirectory, kSymlink, kFifo, kSocket, kDevice };

/// "a FIFO", "a directory": for messages.
std::string_view NameOf(FileKind kind);

/// Tells one state of a file from another without reading it: any write, replacement or change of
/// mode alters it.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;  // mtime since 1970
  std::int64_t changed_ns = 0;   // ctime since 1970

  bool operator==(const FileIdentity&) const = default;
};

struct FileStatus {
  FileIdentity identity;
  FileKind kind = FileKind::kRegular;
  mode_t permissions = 0;  // the low twelve bits
  uid_t owner = 0;
  gid_t group = 0;
  bool immutable = false;  // chattr +i: root cannot write it either

  WallTime modified() const {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::sys_time<std::chrono::nanoseconds>(
        std::chrono::nanoseconds(identity.modified_ns)));
  }
};

struct FileContents {
  std::string bytes;
  FileStatus status;  // of the descriptor that was read
};

struct DirectoryEntry {
  std::string name;
  FileKind kind = FileKind::kRegular;  // of the entry itself: links are not followed

  bool operator==(const DirectoryEntry&) const = default;
};

/// What decides whether root could make a file in a directory.
struct DirectoryCondition {
  dev_t device = 0;
  /// As this process sees it: a container or a sandbox may show what is writable for others
  /// read-only.
  bool read_only = false;
  bool immutable = false;  // chattr +i
  /// What even root has left; nullopt where the file system does not count them.
  std::optional<std::uint64_t> free_bytes{};
  std::optional<std::uint64_t> free_inodes{};
};

/// An open regular file. One thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Fills `buffer` with the bytes from `offset` on, as far as there are any. Returns how many; 0
  /// at the end and behind it. kReadFailed when the system does.
  virtual Result<std::size_t> ReadAt(std::uint64_t offset, std::span<char> buffer) = 0;

  /// Of the open file, when it was opened.
  virtual const FileStatus& status() const = 0;
};

/// Read-only view of the files that collectors look at. Thread-safe. Paths are absolute and as the
/// machine's own programs would write them: a prefix (`--root`) is the implementation's affair, and
/// symbolic links, absolute ones too, resolve inside it. Nothing is created, locked, or opened for
/// writing. No call blocks on a FIFO, a device or a terminal.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  /// Entries of directory `path`, sorted bytewise, without "." and "..".
  virtual Result<std::vector<DirectoryEntry>> List(const std::string& path) const = 0;

  /// What `path` leads to, links followed. kBrokenLink when the last component is a dangling link,
  /// kLinkLoop, kNotFound.
  virtual Result<FileStatus> Status(const std::string& path) const = 0;

  /// What `path` is itself; a symbolic link is not followed.
  virtual Result<FileStatus> LinkStatus(const std::string& path) const = 0;

  /// The text of the symbolic link `path`; kNotRegular when it is something else.
  virtual Result<std::string> ReadLink(const std::string& path) const = 0;

  /// The whole regular file `path`, links followed. kTooLarge beyond `max_bytes` (which are not
  /// read), kNotRegular for anything but a regular file (which is not opened for reading).
  virtual Result<FileContents> Read(const std::string& path, std::uint64_t max_bytes) const = 0;

  /// The same for a `path` that List or Status has just told to be a regular file: it is not asked
  /// again before it is opened.
  virtual Result<FileContents> ReadRegular(const std::string& path, std::uint64_t max_bytes) const {
    return Read(path, max_bytes);
  }

  /// The regular file `path`, links followed, to be read in pieces. It stays the same file when
  /// `path` comes to name another. kNotRegular as for `Read`.
  virtual Result<std::unique_ptr<ByteSource>> OpenForReading(const std::string& path) const = 0;

  /// What keeps files from being made in the directory `path`, links followed.
  virtual Result<DirectoryCondition> Condition(const std::string& path) const = 0;
};

/// The machine's files below `root`, "/" for all of them.
std::unique_ptr<FileSystem> MakePosixFileSystem(const std::string& root);

}  // namespace certhealth
