// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/log_text_source.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "collectors/certbot_log/gunzip.h"

namespace certhealth {
namespace {

constexpr std::size_t kPieceBytes = 262144;

}  // namespace

Result<LogTextSource> LogTextSource::Open(const FileSystem& files, const std::string& path) {
  Result<std::unique_ptr<ByteSource>> opened = files.OpenForReading(path);
  if (!opened) return opened.error();
  std::string head(kHeadBytes, '\0');
  const Result<std::size_t> length = opened.value()->ReadAt(0, head);
  if (!length) return length.error();
  head.resize(*length);
  LogTextSource text(std::move(opened).value(), LooksLikeGzip(head));
  text.head_ = std::move(head);
  if (text.is_compressed_) {
    std::string plain;
    const auto take = [&plain](std::string_view bytes) { plain += bytes; };
    const Result<std::uint64_t> end = text.ReadCompressed(0, kHeadBytes, take);
    if (!end) return end.error();
    text.head_ = plain.substr(0, kHeadBytes);
  }
  return text;
}

Result<std::uint64_t> LogTextSource::Read(std::uint64_t offset, std::uint64_t max_bytes,
                                          const std::function<void(std::string_view)>& take) {
  return is_compressed_ ? ReadCompressed(offset, max_bytes, take) : ReadPlain(offset, take);
}

Result<std::uint64_t> LogTextSource::ReadPlain(std::uint64_t offset,
                                               const std::function<void(std::string_view)>& take) {
  std::vector<char> piece(kPieceBytes);
  const std::uint64_t end = identity().size_bytes;
  while (offset < end) {
    const std::size_t want = std::min<std::uint64_t>(piece.size(), end - offset);
    const Result<std::size_t> got = source_->ReadAt(offset, std::span(piece).first(want));
    if (!got) return got.error();
    if (*got == 0) break;  // truncated meanwhile
    take(std::string_view(piece.data(), *got));
    offset += *got;
  }
  return offset;
}

Result<std::uint64_t> LogTextSource::ReadCompressed(
    std::uint64_t offset, std::uint64_t max_bytes,
    const std::function<void(std::string_view)>& take) {
  std::vector<char> input(kPieceBytes / 4);
  std::vector<char> output(std::min<std::uint64_t>(kPieceBytes, max_bytes));
  Gunzip gunzip;
  std::uint64_t read = 0;
  std::uint64_t produced = 0;
  while (produced < max_bytes) {
    const Result<std::size_t> got = source_->ReadAt(read, input);
    if (!got) return got.error();
    if (*got == 0) break;
    read += *got;
    gunzip.Give(std::string_view(input.data(), *got));
    Gunzip::Step step;
    do {
      step = gunzip.Inflate(output);
      const std::string_view bytes(output.data(), step.produced);
      const std::uint64_t skip = offset > produced ? offset - produced : 0;
      if (skip < bytes.size()) take(bytes.substr(skip));
      produced += bytes.size();
    } while (step.state == Gunzip::State::kHasOutput && produced < max_bytes);
    if (step.state == Gunzip::State::kEnded) break;
  }
  return std::max(produced, offset);
}

}  // namespace certhealth
