// SPDX-License-Identifier: Apache-2.0
#include "exporter/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <utility>

namespace certhealth {
namespace {

// RFC 1952, 2.3: magic, deflate, no flags, no time, fastest compression, written on Unix.
constexpr std::string_view kHeader("\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\x03", 10);
// RFC 1951, 3.2.6: a final block with fixed codes that holds nothing but its end.
constexpr std::string_view kFinalBlock("\x03\x00", 2);

class Deflater {
 public:
  explicit Deflater(std::size_t text_bytes) {
    // A window that holds all of a small text loses nothing, and the smaller state costs 10 us to
    // set up instead of 80: ten thousand lineages are that many blocks.
    const bool small = text_bytes <= 1U << kSmallWindowBits;
    const int window_bits = small ? kSmallWindowBits : MAX_WBITS;
    // A negative number asks for raw deflate. Lack of memory is the only way it fails.
    if (deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, -window_bits, small ? 6 : 8,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  // All of `text`, flushed to a byte boundary with no history kept.
  std::string Compress(std::string_view text) {
    std::string output;
    std::array<Bytef, 16'384> buffer;
    do {
      // zlib counts in unsigned int.
      const auto piece = std::min<std::size_t>(text.size(), 1U << 30);
      // zlib does not write to its input; its interface predates const.
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
      stream_.avail_in = static_cast<uInt>(piece);
      text.remove_prefix(piece);
      do {
        stream_.next_out = buffer.data();
        stream_.avail_out = static_cast<uInt>(buffer.size());
        deflate(&stream_, text.empty() ? Z_FULL_FLUSH : Z_NO_FLUSH);
        output.append(reinterpret_cast<const char*>(buffer.data()),
                      buffer.size() - stream_.avail_out);
      } while (stream_.avail_out == 0);
    } while (!text.empty());
    output.shrink_to_fit();
    return output;
  }

 private:
  static constexpr int kSmallWindowBits = 13;

  z_stream stream_{};
};

/// The plain text of a compressed block. It is decompressed in parts each time it is sent, which
/// takes less time than sending it, and ten times less memory than keeping it.
class PlainPiece final : public Piece {
 public:
  explicit PlainPiece(std::shared_ptr<const CompressedBlock> block) : block_(std::move(block)) {}

  std::size_t size_bytes() const override { return block_->length_bytes; }

  bool SendTo(const Sink& sink) const override {
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
    const std::unique_ptr<z_stream, int (*)(z_stream*)> owned(&stream, inflateEnd);
    std::string buffer(kPartBytes, '\0');
    std::string_view input = block_->deflate;
    while (stream.avail_in > 0 || !input.empty()) {
      if (stream.avail_in == 0) {
        // zlib counts in unsigned int, and does not write to its input.
        const auto piece = std::min<std::size_t>(input.size(), 1U << 30);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
        stream.avail_in = static_cast<uInt>(piece);
        input.remove_prefix(piece);
      }
      do {
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = static_cast<uInt>(buffer.size());
        inflate(&stream, Z_NO_FLUSH);  // what was compressed here is sound
        const std::size_t made = buffer.size() - stream.avail_out;
        if (made > 0 && !sink(std::string_view(buffer).substr(0, made))) return false;
      } while (stream.avail_out == 0);
    }
    return true;
  }

 private:
  static constexpr std::size_t kPartBytes = std::size_t{256} * 1024;

  const std::shared_ptr<const CompressedBlock> block_;
};

std::string LittleEndian(std::uint32_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i, value >>= 8) bytes += static_cast<char>(value & 0xff);
  return bytes;
}

}  // namespace

CompressedBlock CompressBlock(std::string_view text) {
  CompressedBlock block;
  block.length_bytes = text.size();
  block.crc32 = static_cast<std::uint32_t>(
      crc32_z(crc32_z(0, nullptr, 0), reinterpret_cast<const Bytef*>(text.data()), text.size()));
  if (!text.empty()) block.deflate = Deflater(text.size()).Compress(text);
  return block;
}

Block MakePlainBlock(std::shared_ptr<const CompressedBlock> block) {
  return std::make_shared<const PlainPiece>(std::move(block));
}

std::vector<Block> AssembleGzip(const std::vector<std::shared_ptr<const CompressedBlock>>& blocks) {
  std::vector<Block> page;
  page.reserve(blocks.size() + 2);
  page.push_back(MakeBlock(std::string(kHeader)));
  uLong crc = crc32_z(0, nullptr, 0);
  std::uint64_t length_bytes = 0;
  for (const auto& block : blocks) {
    if (block->length_bytes == 0) continue;
    crc = crc32_combine(crc, block->crc32, static_cast<z_off_t>(block->length_bytes));
    length_bytes += block->length_bytes;
    // Shares the ownership, points at the bytes.
    page.push_back(MakeBlock(std::shared_ptr<const std::string>(block, &block->deflate)));
  }
  page.push_back(MakeBlock(std::string(kFinalBlock) +
                           LittleEndian(static_cast<std::uint32_t>(crc)) +
                           LittleEndian(static_cast<std::uint32_t>(length_bytes))));
  return page;
}

}  // namespace certhealth
