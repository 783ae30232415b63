// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "collectors/base/file_system.h"
#include "collectors/base/result.h"

namespace certhealth {

/// The text of one file of a log, plain or gzip.
class LogTextSource {
 public:
  /// How much of a file's beginning serves to recognise it: a record with its milliseconds.
  static constexpr std::size_t kHeadBytes = 256;

  static Result<LogTextSource> Open(const FileSystem& files, const std::string& path);

  const FileIdentity& identity() const { return source_->status().identity; }
  bool is_compressed() const { return is_compressed_; }
  /// The first bytes of the text.
  const std::string& head() const { return head_; }

  /// Hands out the text from `offset` on, up to the size that the file had when it was opened, and
  /// of compressed text at most `max_bytes`. Returns where it ended. A compressed file that is cut
  /// off or damaged gives what is readable.
  Result<std::uint64_t> Read(std::uint64_t offset, std::uint64_t max_bytes,
                             const std::function<void(std::string_view)>& take);

 private:
  LogTextSource(std::unique_ptr<ByteSource> source, bool is_compressed)
      : source_(std::move(source)), is_compressed_(is_compressed) {}

  Result<std::uint64_t> ReadPlain(std::uint64_t offset,
                                  const std::function<void(std::string_view)>& take);
  Result<std::uint64_t> ReadCompressed(std::uint64_t offset, std::uint64_t max_bytes,
                                       const std::function<void(std::string_view)>& take);

  std::unique_ptr<ByteSource> source_;
  bool is_compressed_;
  std::string head_;
};

}  // namespace certhealth
