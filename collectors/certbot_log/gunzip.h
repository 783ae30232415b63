// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace certhealth {

/// Whether `bytes` begin as a gzip file does (RFC 1952, 2.3.1).
bool LooksLikeGzip(std::string_view bytes);

/// Decompresses gzip data that arrives in pieces, several members one after the other as well. What
/// is readable before a truncation or a fault comes out.
class Gunzip {
 public:
  enum class State {
    kWantsInput,  // all that was given is used up
    kHasOutput,   // there may be more without further input
    kEnded,       // the last member has ended, or a fault: nothing more will come
  };

  struct Step {
    std::size_t produced = 0;  // bytes written to the output
    State state = State::kWantsInput;
  };

  Gunzip();
  ~Gunzip();
  Gunzip(Gunzip&&) noexcept;
  Gunzip& operator=(Gunzip&&) noexcept;

  /// The next piece of compressed data. It must live until it is used up. REQUIRES: the one before
  /// is.
  void Give(std::string_view compressed);

  /// Decompresses as much as fits into `output`.
  Step Inflate(std::span<char> output);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;  // zlib's, which stays in the .cc
};

}  // namespace certhealth
