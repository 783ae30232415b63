// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/gunzip.h"

#include <zlib.h>

namespace certhealth {

struct Gunzip::Stream {
  z_stream zlib{};
  bool usable = false;
  bool between_members = false;
  bool failed = false;

  // 16: a gzip header, not zlib's own.
  Stream() { usable = inflateInit2(&zlib, 16 + MAX_WBITS) == Z_OK; }
  ~Stream() {
    if (usable) inflateEnd(&zlib);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
};

bool LooksLikeGzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b\x08"); }

Gunzip::Gunzip() : stream_(std::make_unique<Stream>()) {}
Gunzip::~Gunzip() = default;
Gunzip::Gunzip(Gunzip&&) noexcept = default;
Gunzip& Gunzip::operator=(Gunzip&&) noexcept = default;

void Gunzip::Give(std::string_view compressed) {
  // zlib does not write to its input; its interface is older than const.
  stream_->zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream_->zlib.avail_in = static_cast<uInt>(compressed.size());
}

Gunzip::Step Gunzip::Inflate(std::span<char> output) {
  Stream& stream = *stream_;
  if (!stream.usable || stream.failed) return {0, State::kEnded};
  stream.zlib.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.zlib.avail_out = static_cast<uInt>(output.size());
  State state = State::kWantsInput;
  while (!(stream.between_members && stream.zlib.avail_in == 0)) {
    if (stream.zlib.avail_out == 0) {
      state = State::kHasOutput;  // or not: zlib may hold bytes back even when its input is used up
      break;
    }
    if (stream.between_members && inflateReset(&stream.zlib) != Z_OK) {
      state = State::kEnded;
      break;
    }
    stream.between_members = false;
    const int result = inflate(&stream.zlib, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
      stream.between_members = true;
    } else if (result == Z_BUF_ERROR) {
      break;  // no progress without more input
    } else if (result != Z_OK) {
      stream.failed = true;  // a fault, or something else behind the last member
      state = State::kEnded;
      break;
    }
  }
  return {output.size() - stream.zlib.avail_out, state};
}

}  // namespace certhealth
