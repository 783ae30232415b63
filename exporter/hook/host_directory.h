// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/file_descriptor.h"
#include "collectors/base/result.h"

namespace certhealth {

/// A directory of the machine below a root ("/" for this one), open, to be written in. Links lead
/// nowhere outside of the root. Messages have paths as the machine's own programs write them.
class HostDirectory {
 public:
  /// The directory `path`; kNotFound when there is none.
  static Result<HostDirectory> Open(const std::string& root, const std::string& path);

  /// The directory `name` in this one, made with mode 0755 when it is missing.
  Result<HostDirectory> OpenOrMake(const std::string& name) const;

  /// The directory `name` in this one, which must not be a link.
  Result<HostDirectory> Enter(const std::string& name) const;

  /// The start of the regular file `name`, at most `max_bytes`; nothing where there is no such
  /// name. kNotRegular for anything else, links too.
  Result<std::optional<std::string>> ReadFile(const std::string& name, std::size_t max_bytes) const;

  /// The mode of the file `name`; 0 when it cannot be asked.
  mode_t ModeOf(const std::string& name) const;

  /// Replaces the file `name` by `text` in one step, on the disk when this returns. What is there
  /// in between has a name that ends in "~", which certbot passes over.
  std::optional<Failure> WriteFile(const std::string& name, std::string_view text,
                                   mode_t mode) const;

  /// Removes the file `name`, or the empty directory.
  std::optional<Failure> RemoveFile(const std::string& name) const;
  std::optional<Failure> RemoveDirectory(const std::string& name) const;

  /// The names in it but "." and "..", sorted.
  Result<std::vector<std::string>> Names() const;

  const std::string& path() const { return path_; }
  bool was_made() const { return was_made_; }
  uid_t owner() const { return owner_; }
  mode_t permissions() const { return permissions_; }

 private:
  HostDirectory(FileDescriptor descriptor, std::string root, std::string path, bool was_made);

  std::string PathOf(const std::string& name) const;

  FileDescriptor descriptor_;
  std::string root_;
  std::string path_;
  bool was_made_ = false;
  uid_t owner_ = 0;
  mode_t permissions_ = 0;
};

}  // namespace certhealth
