// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace certhealth {
namespace {

constexpr std::size_t kReceiveBytes = 4096;

std::string TextOf(int error) { return std::generic_category().message(error); }

StreamFault FaultOf(int error, std::string_view doing) {
  const std::string detail = std::string(doing) + ": " + TextOf(error);
  switch (error) {
    case ECONNREFUSED:
      return {StreamFailure::kRefused, detail};
    case ETIMEDOUT:
      return {StreamFailure::kDeadline, detail};
    case ECONNRESET:
    case EPIPE:
    case ECONNABORTED:
      return {StreamFailure::kClosed, detail};
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:
    case EAGAIN:
      return {StreamFailure::kLocal, detail};
    default:
      return {StreamFailure::kUnreachable, detail};
  }
}

StreamFault LateFault(Wakeup wakeup, std::string_view doing) {
  if (wakeup == Wakeup::kDeadline) {
    return {StreamFailure::kDeadline, std::string(doing) + " took too long"};
  }
  return {StreamFailure::kLocal, std::string(doing) + " was cancelled"};
}

struct RawAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

RawAddress RawOf(const SocketAddress& peer) {
  RawAddress raw;
  if (peer.address.family == IpAddress::Family::kIpv4) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(peer.port);
    std::memcpy(&address.sin_addr, peer.address.bytes.data(), sizeof address.sin_addr);
    std::memcpy(&raw.storage, &address, sizeof address);
    raw.length = sizeof address;
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(peer.port);
    address.sin6_scope_id = peer.address.scope;
    std::memcpy(&address.sin6_addr, peer.address.bytes.data(), sizeof address.sin6_addr);
    std::memcpy(&raw.storage, &address, sizeof address);
    raw.length = sizeof address;
  }
  return raw;
}

}  // namespace

Task<Result<TcpStream, StreamFault>> TcpStream::Connect(EventLoop& loop, SocketAddress peer,
                                                        Deadline deadline) {
  const RawAddress raw = RawOf(peer);
  FileDescriptor opened(
      socket(raw.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!opened.valid()) co_return FaultOf(errno, "socket");
  const int on = 1;
  setsockopt(opened.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const int begun = connect(opened.get(), raw.get(), raw.length);
  if (begun != 0 && errno != EINPROGRESS) co_return FaultOf(errno, "connect");
  TcpStream stream(DescriptorWatch(loop, std::move(opened)));
  if (begun == 0) co_return std::move(stream);
  const Wakeup wakeup = co_await stream.Until(Direction::kWrite, deadline);
  if (wakeup != Wakeup::kReady) co_return LateFault(wakeup, "connect");
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(stream.descriptor(), SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) co_return FaultOf(error, "connect");
  co_return std::move(stream);
}

Task<Result<std::size_t, StreamFault>> TcpStream::Read(std::span<char> buffer, Deadline deadline) {
  for (;;) {
    const ssize_t count = recv(descriptor(), buffer.data(), buffer.size(), 0);
    if (count >= 0) co_return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    if (errno != EAGAIN) co_return FaultOf(errno, "read");
    const Wakeup wakeup = co_await Until(Direction::kRead, deadline);
    if (wakeup != Wakeup::kReady) co_return LateFault(wakeup, "the peer's answer");
  }
}

Task<std::optional<StreamFault>> TcpStream::Write(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t count = send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) co_return FaultOf(errno, "write");
    const Wakeup wakeup = co_await Until(Direction::kWrite, deadline);
    if (wakeup != Wakeup::kReady) co_return LateFault(wakeup, "sending");
  }
  co_return std::nullopt;
}

bool TcpStream::HasUnread() const {
  char byte = 0;
  return recv(descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

Task<std::optional<StreamFault>> BoundedReader::Receive(Deadline deadline) {
  if (received_bytes_ >= limits_.total_bytes) {
    co_return StreamFault{StreamFailure::kTooLong,
                          "more than " + std::to_string(limits_.total_bytes) + " bytes"};
  }
  // A peer that sends a byte at a time does not move the deadline.
  if (std::chrono::steady_clock::now() >= deadline) {
    co_return StreamFault{StreamFailure::kDeadline, "the peer's answer took too long"};
  }
  buffer_.erase(0, read_);
  read_ = 0;
  std::array<char, kReceiveBytes> bytes;
  const std::size_t wanted = std::min(bytes.size(), limits_.total_bytes - received_bytes_);
  const Result<std::size_t, StreamFault> count =
      co_await stream_.Read(std::span(bytes).first(wanted), deadline);
  if (!count) co_return count.error();
  if (*count == 0) co_return StreamFault{StreamFailure::kClosed, "the peer closed the connection"};
  received_bytes_ += *count;
  buffer_.append(bytes.data(), *count);
  co_return std::nullopt;
}

Task<Result<std::string, StreamFault>> BoundedReader::ReadLine(Deadline deadline) {
  Result<std::string, StreamFault> line = co_await ReadThrough('\n', deadline);
  if (!line) co_return line.error();
  std::string text = *std::move(line);
  if (text.ends_with('\r')) text.pop_back();
  co_return std::move(text);
}

Task<Result<std::string, StreamFault>> BoundedReader::ReadThrough(char last, Deadline deadline) {
  std::size_t searched = 0;
  for (;;) {
    const std::size_t end = unread().find(last, searched);
    if (end != std::string_view::npos && end <= limits_.line_bytes) {
      std::string line(unread().substr(0, end));
      read_ += end + 1;
      co_return std::move(line);
    }
    searched = unread().size();
    if (searched > limits_.line_bytes) {
      co_return StreamFault{StreamFailure::kTooLong,
                            "a line of more than " + std::to_string(limits_.line_bytes) + " bytes"};
    }
    std::optional<StreamFault> fault = co_await Receive(deadline);
    if (fault) co_return *std::move(fault);
  }
}

Task<Result<std::string, StreamFault>> BoundedReader::ReadBytes(std::size_t count,
                                                                Deadline deadline) {
  while (unread().size() < count) {
    std::optional<StreamFault> fault = co_await Receive(deadline);
    if (fault) co_return *std::move(fault);
  }
  std::string bytes(unread().substr(0, count));
  read_ += count;
  co_return std::move(bytes);
}

}  // namespace certhealth
