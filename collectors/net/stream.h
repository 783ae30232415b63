// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "collectors/base/result.h"
#include "collectors/net/event_loop.h"
#include "collectors/net/ip_address.h"

namespace certhealth {

/// Why bytes do not flow.
enum class StreamFailure {
  kDeadline,
  kClosed,       // the peer closed or reset the connection
  kRefused,      // nobody listens
  kUnreachable,  // no route, network or host unreachable
  kTooLong,      // more than the reader was ready to take
  kLocal,        // this machine's affair: no descriptors, no ports, no memory
};

struct StreamFault {
  StreamFailure reason = StreamFailure::kLocal;
  std::string detail;  // for a person; valid UTF-8
};

/// Bytes to and from a peer. One coroutine at a time.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// What there is, as soon as there is any, up to the size of `buffer`; 0 at the peer's end.
  virtual Task<Result<std::size_t, StreamFault>> Read(std::span<char> buffer,
                                                      Deadline deadline) = 0;
  /// All of `bytes`, or a fault. They outlive the Task.
  virtual Task<std::optional<StreamFault>> Write(std::string_view bytes, Deadline deadline) = 0;
};

/// A TCP connection. Closes it at its end.
class TcpStream final : public ByteStream {
 public:
  /// REQUIRES: `loop` outlives the stream.
  static Task<Result<TcpStream, StreamFault>> Connect(EventLoop& loop, SocketAddress peer,
                                                      Deadline deadline);

  Task<Result<std::size_t, StreamFault>> Read(std::span<char> buffer, Deadline deadline) override;
  Task<std::optional<StreamFault>> Write(std::string_view bytes, Deadline deadline) override;

  /// Whether the peer has sent what nobody has read yet, as far as this machine knows.
  bool HasUnread() const;
  int descriptor() const { return watch_.descriptor(); }
  Wait Until(Direction direction, Deadline deadline) { return watch_.Until(direction, deadline); }

 private:
  explicit TcpStream(DescriptorWatch watch) : watch_(std::move(watch)) {}

  DescriptorWatch watch_;
};

struct ReadLimits {
  std::size_t line_bytes = 8192;
  std::size_t total_bytes = 65536;
};

/// Reads text and counted bytes from a stream, and never more than it was told.
class BoundedReader {
 public:
  /// REQUIRES: `stream` outlives the reader.
  explicit BoundedReader(ByteStream& stream, ReadLimits limits = {})
      : stream_(stream), limits_(limits) {}

  /// The next line, without its LF or CRLF. kTooLong beyond the limits, kClosed at the peer's end.
  Task<Result<std::string, StreamFault>> ReadLine(Deadline deadline);
  /// What comes up to `end`, which is read and left out. Limits as for a line.
  Task<Result<std::string, StreamFault>> ReadThrough(char end, Deadline deadline);
  /// Exactly `count` bytes.
  Task<Result<std::string, StreamFault>> ReadBytes(std::size_t count, Deadline deadline);
  /// What has been received and not read.
  std::string_view unread() const { return std::string_view(buffer_).substr(read_); }

 private:
  Task<std::optional<StreamFault>> Receive(Deadline deadline);

  ByteStream& stream_;
  const ReadLimits limits_;
  std::string buffer_;
  std::size_t read_ = 0;            // of the buffer
  std::size_t received_bytes_ = 0;  // altogether
};

}  // namespace certhealth
