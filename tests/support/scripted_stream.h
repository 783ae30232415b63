// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "collectors/net/stream.h"

namespace certhealth {

/// A stream without a socket: what the peer says is known beforehand, what it is told is kept. It
/// never waits, so a Task over it can Finish.
class ScriptedStream final : public ByteStream {
 public:
  /// Hands out `says` in pieces of `piece_bytes`, and then ends.
  explicit ScriptedStream(std::string says, std::size_t piece_bytes = 4096)
      : says_(std::move(says)), piece_bytes_(piece_bytes) {}

  Task<Result<std::size_t, StreamFault>> Read(std::span<char> buffer, Deadline) override {
    const std::size_t count = std::min({buffer.size(), says_.size() - said_, piece_bytes_});
    std::copy_n(says_.data() + said_, count, buffer.data());
    said_ += count;
    co_return count;
  }

  Task<std::optional<StreamFault>> Write(std::string_view bytes, Deadline) override {
    told += bytes;
    co_return std::nullopt;
  }

  std::string told;

 private:
  const std::string says_;
  const std::size_t piece_bytes_;
  std::size_t said_ = 0;
};

}  // namespace certhealth
