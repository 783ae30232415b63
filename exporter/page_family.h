// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "exporter/block.h"
#include "exporter/gzip.h"

namespace certhealth {

/// One metric family of a page, rendered once. It is held compressed, which takes a tenth of the
/// memory and is what Prometheus asks for; plain only while somebody reads it so. Thread-safe; what
/// it says never changes.
class PageFamily {
 public:
  enum class Plain { kKept, kDropped };

  /// `name` is static storage.
  PageFamily(std::string_view name, std::string text, Plain plain);

  std::string_view name() const { return name_; }
  const std::shared_ptr<const CompressedBlock>& compressed() const { return compressed_; }
  /// Whether `text` is what it says: by length and a hash of 64 bits.
  bool Says(std::string_view text) const;
  /// The plain text. Decompresses it when it was dropped, and keeps it from then on.
  Block Text() const;
  void DropText() const;

 private:
  std::string_view name_;
  std::size_t hash_;
  std::shared_ptr<const CompressedBlock> compressed_;
  mutable std::mutex mutex_;  // guards the next one; held while it is made
  mutable Block text_;        // may be null
};

}  // namespace certhealth
