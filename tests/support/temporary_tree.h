// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace certhealth {

/// A directory of a test's own, gone when the test is.
class TemporaryTree {
 public:
  TemporaryTree();
  ~TemporaryTree();
  TemporaryTree(const TemporaryTree&) = delete;
  TemporaryTree& operator=(const TemporaryTree&) = delete;

  /// The tree's absolute path, without a slash at the end.
  std::string root() const { return root_.string(); }
  /// Absolute path of `relative`, which may start with a slash.
  std::string Path(std::string_view relative) const;
  /// Writes a file and the directories it lies in. Returns its absolute path.
  std::string Write(std::string_view relative, std::string_view contents) const;
  /// Makes a directory and those above it. Returns its absolute path.
  std::string MakeDirectory(std::string_view relative) const;
  /// Makes a symbolic link with the text `target`, replacing what is there. Returns the link's
  /// absolute path.
  std::string Link(std::string_view relative, std::string_view target) const;

 private:
  std::filesystem::path root_;
};

}  // namespace certhealth
