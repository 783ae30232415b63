// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/block.h"

namespace certhealth {

/// A block of a page, compressed once and reused in every page that holds it.
struct CompressedBlock {
  /// Raw deflate data (RFC 1951) that ends on a byte boundary, is not the last of its stream, and
  /// refers to nothing before it: any sequence of these is deflate data again.
  std::string deflate;
  std::uint32_t crc32 = 0;         // of the plain text
  std::uint64_t length_bytes = 0;  // of the plain text
};

/// `text` compressed at level 1, which costs a third of level 6 and loses 5 % on metric pages.
/// Costs some 10 us beyond the text itself, so blocks of a few KiB are the right size.
CompressedBlock CompressBlock(std::string_view text);

/// What CompressBlock was given, decompressed while it is sent.
/// REQUIRES: not null
Block MakePlainBlock(std::shared_ptr<const CompressedBlock> block);

/// One gzip member (RFC 1952) that holds the text of `blocks` in order. No compressed byte is
/// copied: the result shares `blocks`.
/// REQUIRES: no null pointer in `blocks`
std::vector<Block> AssembleGzip(const std::vector<std::shared_ptr<const CompressedBlock>>& blocks);

}  // namespace certhealth
