// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "collectors/base/file_descriptor.h"
#include "collectors/base/result.h"

namespace certhealth {

/// The file of a listening unix socket, from the check of what lies there to its removal. The
/// socket is bound under another name in the same directory and renamed: a client never finds the
/// path empty, and what civetweb makes of the characters in a path does not matter. One thread at a
/// time.
class SocketFile {
 public:
  /// Checks that `path` is free: absent, or a socket that nobody listens on any more. kReadFailed
  /// "Address already in use" when somebody does, kNotRegular when it is anything else.
  static Result<SocketFile> Claim(const std::string& path);

  /// Removes the file, if it is still the one that was published.
  ~SocketFile();
  SocketFile(SocketFile&&) = default;
  SocketFile& operator=(SocketFile&&) = delete;

  /// Where to bind. Valid as long as this object.
  std::string BindPath() const;
  /// Renames what was bound to the claimed path. Returns it.
  Result<std::string> Publish();

 private:
  SocketFile(FileDescriptor directory, std::string name, std::string path)
      : directory_(std::move(directory)), name_(std::move(name)), path_(std::move(path)) {}
  std::string TemporaryName() const;

  FileDescriptor directory_;
  std::string name_;  // in the directory
  std::string path_;
  dev_t device_ = 0;  // of the published file
  ino_t inode_ = 0;   // 0 until then
};

}  // namespace certhealth
