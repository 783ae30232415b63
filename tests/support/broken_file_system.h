// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collectors/base/file_system.h"

namespace certhealth {

/// Another file system with faults of a test's choice, and a log of what is read. It stands for
/// what cannot be checked in or made: files without permission (a test may run as root), disks that
/// fail. Thread-safe.
class BrokenFileSystem final : public FileSystem {
 public:
  /// `files` must outlive this.
  explicit BrokenFileSystem(const FileSystem& files) : files_(files) {}

  /// Lets every call about `path` itself fail; what lies below it goes on as before.
  void Break(const std::string& path, Reason reason) {
    const std::lock_guard lock(mutex_);
    broken_[path] = {reason, path + " is broken by the test"};
  }
  void Mend(const std::string& path) {
    const std::lock_guard lock(mutex_);
    broken_.erase(path);
  }

  /// The paths of all Reads since the last call, in order, failed ones too.
  std::vector<std::string> TakeReads() {
    const std::lock_guard lock(mutex_);
    return std::exchange(reads_, {});
  }

  Result<std::vector<DirectoryEntry>> List(const std::string& path) const override {
    if (const auto fault = FaultOf(path)) return *fault;
    return files_.List(path);
  }
  Result<FileStatus> Status(const std::string& path) const override {
    if (const auto fault = FaultOf(path)) return *fault;
    return files_.Status(path);
  }
  Result<FileStatus> LinkStatus(const std::string& path) const override {
    if (const auto fault = FaultOf(path)) return *fault;
    return files_.LinkStatus(path);
  }
  Result<std::string> ReadLink(const std::string& path) const override {
    if (const auto fault = FaultOf(path)) return *fault;
    return files_.ReadLink(path);
  }
  Result<std::unique_ptr<ByteSource>> OpenForReading(const std::string& path) const override {
    {
      const std::lock_guard lock(mutex_);
      reads_.push_back(path);
    }
    if (const auto fault = FaultOf(path)) return *fault;
    return files_.OpenForReading(path);
  }
  Result<FileContents> Read(const std::string& path, std::uint64_t max_bytes) const override {
    {
      const std::lock_guard lock(mutex_);
      reads_.push_back(path);
    }
    if (const auto fault = FaultOf(path)) return *fault;
    return files_.Read(path, max_bytes);
  }
  Result<FileContents> ReadRegular(const std::string& path,
                                   std::uint64_t max_bytes) const override {
    {
      const std::lock_guard lock(mutex_);
      reads_.push_back(path);
    }
    if (const auto fault = FaultOf(path)) return *fault;
    return files_.ReadRegular(path, max_bytes);
  }
  Result<DirectoryCondition> Condition(const std::string& path) const override {
    if (const auto fault = FaultOf(path)) return *fault;
    return files_.Condition(path);
  }

 private:
  std::optional<Failure> FaultOf(const std::string& path) const {
    const std::lock_guard lock(mutex_);
    const auto found = broken_.find(path);
    if (found == broken_.end()) return std::nullopt;
    return found->second;
  }

  const FileSystem& files_;
  mutable std::mutex mutex_;
  std::map<std::string, Failure> broken_;
  mutable std::vector<std::string> reads_;
};

}  // namespace certhealth
