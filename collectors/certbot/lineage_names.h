// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/failure.h"
#include "collectors/base/file_system.h"

namespace certhealth {

/// The names of all lineages of one configuration directory: of the confs in renewal/ and the
/// directories in live/. They are not listed again while both directories are as they were. One
/// thread.
class LineageNames {
 public:
  enum class Outcome { kAsBefore, kListed };

  Outcome Look(const FileSystem& files, const Clock& clock, const std::string& config_dir);

  /// Sorted, each once, of any bytes.
  const std::vector<std::string>& names() const { return names_; }
  /// What of the two directories could not be seen.
  const std::vector<Failure>& failures() const { return failures_; }

 private:
  void ListConfs(const FileSystem& files, const std::string& renewal);
  void ListLive(const FileSystem& files, const std::string& live);

  FileIdentity renewal_;
  FileIdentity live_;
  bool settled_ = false;  // the names hold for as long as the identities do
  std::vector<std::string> names_;
  std::vector<Failure> failures_;
};

}  // namespace certhealth
