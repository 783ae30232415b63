// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collectors/base/file_system.h"
#include "collectors/base/mount_view.h"
#include "collectors/web_server/web_server_reading.h"

namespace certhealth {

/// Reads the files of one web server's configuration within bounds, and notes by what each of them
/// could change. One reading, one thread.
class ConfFiles {
 public:
  /// Both outlive this. What `view` may hide is not missing.
  ConfFiles(const FileSystem& files, const MountView& view) : files_(files), view_(view) {}

  /// The text of `path`; nullopt where it cannot be read, which makes the reading incomplete.
  std::optional<std::string> Read(const std::string& path);
  /// The bytes of a program or a module of the server, of 16 MiB at most; nullopt where it cannot
  /// be read.
  std::optional<std::string> ReadProgram(const std::string& path);
  /// The paths that `pattern` stands for, sorted. nullopt when it cannot be looked at.
  std::optional<std::vector<std::string>> Expand(const std::string& pattern);
  /// A file of the system, not of the configuration; nullopt where it cannot be read.
  std::optional<std::string> ReadSystemFile(const std::string& path) { return ReadProgram(path); }
  /// For certain: neither the file nor what its link leads to is there.
  bool IsMissing(const std::string& path);
  /// Whether `path` may be there; the reading is no less complete where that cannot be told.
  bool MayExist(const std::string& path);

  /// Whether all that was asked for could be seen.
  bool complete() const { return complete_; }
  void SetIncomplete() { complete_ = false; }
  /// When the newest of the files read, or of the directories searched, was changed.
  WallTime changed() const { return changed_; }
  std::vector<FileDependency> TakeDependencies() && { return std::move(dependencies_); }

 private:
  void DependOn(const std::string& path);
  /// The same; what stands there is the configuration.
  void DependOnConf(const std::string& path);

  const FileSystem& files_;
  const MountView& view_;
  bool complete_ = true;
  WallTime changed_{};
  std::size_t files_left_ = 5000;
  std::size_t looks_left_ = 20'000;
  std::uint64_t bytes_left_ = std::uint64_t{32} << 20U;
  std::uint64_t program_bytes_left_ = std::uint64_t{64} << 20U;
  std::set<std::string> known_;
  std::vector<FileDependency> dependencies_;
};

}  // namespace certhealth
