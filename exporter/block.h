// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace certhealth {

/// A piece of a page, rendered once after a look and sent to any number of scrapers. Immutable.
class Piece {
 public:
  /// Takes bytes; false when it wants no more.
  using Sink = std::function<bool(std::string_view)>;

  virtual ~Piece() = default;
  virtual std::size_t size_bytes() const = 0;
  /// Hands all bytes to `sink`, in as many parts as it likes. False when `sink` wanted no more.
  virtual bool SendTo(const Sink& sink) const = 0;
};

/// Shared between all pages that it is part of. Never null.
using Block = std::shared_ptr<const Piece>;

/// A block of the bytes of `text`, which it shares.
Block MakeBlock(std::shared_ptr<const std::string> text);

/// A block of its own for `text`.
Block MakeBlock(std::string text);

/// All bytes of `block`, copied.
std::string TextOf(const Block& block);

}  // namespace certhealth
