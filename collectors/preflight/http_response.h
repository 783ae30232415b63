// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certhealth {

/// The part of an answer that a CA looks at.
struct HttpAnswer {
  int status = 0;
  std::string location;  // of a redirect; empty without one; any bytes but line ends
  std::string body;      // decoded, as far as it was read
};

/// Reads one HTTP/1.x answer to a GET as it comes (RFC 9112): a body of a length, in chunks, or up
/// to the end of the connection. Interim answers (1xx) are passed over. Memory is bounded by
/// kMostBytes, time is linear in what is fed, however it is cut.
class HttpResponseReader {
 public:
  /// Of an answer, head and body.
  static constexpr std::size_t kMostBytes = std::size_t{64} * 1024;

  enum class State {
    kReading,
    kComplete,  // all of it, or as much as kMostBytes allow
    kBroken,    // not HTTP, or against its grammar
  };

  /// Takes what came next. What comes after the answer is ignored.
  State Feed(std::string_view bytes);
  /// Takes the end of the connection: an answer without a length is complete by it, any other one
  /// that is still being read is broken.
  State Finish();

  /// As far as it was read; the status is 0 before the head is complete.
  const HttpAnswer& response() const { return response_; }

 private:
  enum class Part { kHead, kBodyOfLength, kBodyToEnd, kChunkSize, kChunkData, kChunkEnd, kTrailer };

  void Step();
  void ReadLine(std::string_view line);
  void ReadHead(std::string_view line);
  bool ReadField(std::string_view line);
  void ReadChunkSize(std::string_view line);
  void TakeBody(std::size_t bytes);
  bool TakeCounted();
  /// The next line without its end; nullopt when there is no whole one yet.
  std::optional<std::string_view> TakeLine();

  State state_ = State::kReading;
  Part part_ = Part::kHead;
  std::string pending_;       // fed, not understood yet
  std::size_t at_ = 0;        // of `pending_`, understood since it was last cut
  std::size_t searched_ = 0;  // of `pending_`, without the end of a line
  std::size_t fed_ = 0;       // bytes so far
  std::uint64_t left_ = 0;    // of the body or the chunk
  bool has_length_ = false;
  bool is_chunked_ = false;
  HttpAnswer response_;
};

}  // namespace certhealth
