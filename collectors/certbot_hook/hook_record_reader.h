// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/file_system.h"
#include "collectors/base/result.h"
#include "collectors/certbot_hook/hook_records.h"

namespace certhealth {

/// Follows what our hook records in one directory (HookRecordsDirectory) from look to look. The
/// hook only ever renames files into it, so that a look at which the directory's own time is the
/// old one opens nothing. One thread at a time.
class HookRecordReader {
 public:
  /// `files` must outlive this.
  HookRecordReader(const FileSystem& files, std::string directory);

  /// What is recorded at `now`; null where no hook has been installed. The same object as before
  /// when nothing has changed. Fails when the directory is there and may not be read; a file that
  /// is no record is passed over.
  Result<std::shared_ptr<const HookRecords>> Read(WallTime now);

 private:
  static constexpr std::size_t kMaxLineages = 100'000;

  struct Known {
    FileIdentity identity;
    std::optional<HookRecord> record;
  };

  /// Of the directory and of `renewed` in it; absent where there is none.
  using Identities = std::array<std::optional<FileIdentity>, 2>;

  Result<Identities> Identify() const;
  Result<std::map<std::string, HookRecord, std::less<>>> ReadRenewed();
  std::vector<HookRecord> ReadRecords(const std::string& path) const;

  const FileSystem& files_;
  const std::string directory_;
  const std::string renewed_;
  std::unordered_map<std::string, Known> known_;  // by lineage

  // Of the last look: what it saw, and whether that was old enough to be relied upon.
  Identities seen_;
  bool settled_ = false;
  std::shared_ptr<const HookRecords> told_;
};

}  // namespace certhealth
