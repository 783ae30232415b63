// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace certhealth {
namespace {

FileDescriptor BoundSocket() {
  FileDescriptor bound(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(bound.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("no port on loopback");
  }
  return bound;
}

std::uint16_t PortOf(const FileDescriptor& bound) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  getsockname(bound.get(), reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

}  // namespace

bool FakeConnection::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::string FakeConnection::Receive() const {
  std::array<char, 4096> bytes;
  const ssize_t count = recv(descriptor(), bytes.data(), bytes.size(), 0);
  return count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count)) : std::string();
}

std::string FakeConnection::ReceiveLine() const {
  std::string line;
  char byte = 0;
  while (!line.ends_with('\n') && recv(descriptor(), &byte, 1, 0) == 1) line += byte;
  return line;
}

void FakeConnection::AwaitEnd() const {
  while (!Receive().empty()) {
  }
}

void FakeConnection::Reset() {
  const linger at_once{1, 0};
  setsockopt(descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  descriptor_ = FileDescriptor();
}

FakePeer::FakePeer(Script script)
    : script_(std::move(script)), listener_(BoundSocket()), stop_(eventfd(0, EFD_CLOEXEC)) {
  listen(listener_.get(), SOMAXCONN);
  port_ = PortOf(listener_);
  accepting_ = std::thread([this] { Accept(); });
}

FakePeer::~FakePeer() {
  eventfd_write(stop_.get(), 1);
  accepting_.join();
  for (std::thread& script : scripts_) script.join();
}

void FakePeer::Accept() {
  for (;;) {
    std::array<pollfd, 2> watched{pollfd{listener_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    if (poll(watched.data(), watched.size(), -1) < 0) continue;
    if (watched[1].revents != 0) return;
    const int accepted = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (accepted < 0) continue;
    scripts_.emplace_back([this, accepted] {
      // OpenSSL writes to sockets whose other end may be gone.
      sigset_t broken_pipe;
      sigemptyset(&broken_pipe);
      sigaddset(&broken_pipe, SIGPIPE);
      pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
      FakeConnection connection{FileDescriptor(accepted)};
      script_(connection);
      PartFrom(connection);
    });
  }
}

/// What a client has sent and nobody has read would make of the end a reset, and take from it what
/// is still on its way.
void FakePeer::PartFrom(const FakeConnection& connection) const {
  if (shutdown(connection.descriptor(), SHUT_WR) != 0) return;
  for (;;) {
    std::array<pollfd, 2> watched{pollfd{connection.descriptor(), POLLIN, 0},
                                  {stop_.get(), POLLIN, 0}};
    if (poll(watched.data(), watched.size(), -1) < 0) continue;
    if (watched[1].revents != 0 || connection.Receive().empty()) return;
  }
}

std::uint16_t ClosedPort() { return PortOf(BoundSocket()); }

}  // namespace certhealth
