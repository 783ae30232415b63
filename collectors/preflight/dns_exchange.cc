// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/dns_exchange.h"

#include <sys/random.h>

#include <cstddef>
#include <utility>

namespace certhealth {
namespace {

constexpr std::size_t kLengthBytes = 2;
constexpr std::size_t kMostMessageBytes = 65535;

/// What fails once the connection is there is not the fault of the way to it.
StreamFault AfterConnecting(StreamFault fault) {
  if (fault.reason == StreamFailure::kRefused || fault.reason == StreamFailure::kUnreachable)
    fault.reason = StreamFailure::kClosed;
  return fault;
}

}  // namespace

std::uint16_t RandomDnsId() {
  std::uint16_t id = 0;
  // Without randomness, an ID that can be guessed: the question goes to a resolver of our own.
  if (getrandom(&id, sizeof id, 0) != sizeof id) id = 1;
  return id;
}

Task<Result<std::string, StreamFault>> ExchangeByTcp(EventLoop& loop, SocketAddress server,
                                                     std::string_view message, Deadline deadline) {
  Result<TcpStream, StreamFault> connected = co_await TcpStream::Connect(loop, server, deadline);
  if (!connected) co_return connected.error();
  TcpStream stream = std::move(connected).value();
  std::string framed{static_cast<char>(message.size() >> 8U), static_cast<char>(message.size())};
  framed += message;
  if (const auto fault = co_await stream.Write(framed, deadline)) co_return AfterConnecting(*fault);
  BoundedReader reader(stream, {0, kLengthBytes + kMostMessageBytes});
  const Result<std::string, StreamFault> length = co_await reader.ReadBytes(kLengthBytes, deadline);
  if (!length) co_return AfterConnecting(length.error());
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>((*length)[i]); };
  const std::size_t size = static_cast<std::size_t>(byte(0)) << 8U | byte(1);
  Result<std::string, StreamFault> reply = co_await reader.ReadBytes(size, deadline);
  if (!reply) co_return AfterConnecting(reply.error());
  co_return std::move(reply);
}

}  // namespace certhealth
