// SPDX-License-Identifier: Apache-2.0
#include "tests/support/raw_http.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace certhealth {
namespace {

using Kind = ListenAddress::Kind;

struct Peer {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

Peer ToPeer(const ListenAddress& address, RawClient::Family family) {
  Peer peer;
  const bool everywhere = address.kind == Kind::kEverywhere;
  if (address.kind == Kind::kUnix) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::copy(address.path.begin(), address.path.end(), name.sun_path);
    std::memcpy(&peer.storage, &name, peer.length = sizeof(name));
  } else if (address.kind == Kind::kIpv6 || (everywhere && family == RawClient::Family::kIpv6)) {
    sockaddr_in6 name{};
    name.sin6_family = AF_INET6;
    name.sin6_port = htons(address.port);
    inet_pton(AF_INET6, everywhere ? "::1" : address.host.c_str(), &name.sin6_addr);
    std::memcpy(&peer.storage, &name, peer.length = sizeof(name));
  } else {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(address.port);
    inet_pton(AF_INET, everywhere ? "127.0.0.1" : address.host.c_str(), &name.sin_addr);
    std::memcpy(&peer.storage, &name, peer.length = sizeof(name));
  }
  return peer;
}

}  // namespace

RawClient::RawClient(const ListenAddress& address, Family family) {
  const Peer peer = ToPeer(address, family);
  FileDescriptor descriptor(socket(peer.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(descriptor.get(), reinterpret_cast<const sockaddr*>(&peer.storage), peer.length) ==
      0) {
    socket_ = std::move(descriptor);
  }
}

bool RawClient::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::optional<std::string> RawClient::ReadToEnd(std::chrono::milliseconds patience) const {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::string text;
  std::array<char, 64 * 1024> buffer;
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd wait{socket_.get(), POLLIN, 0};
    if (left.count() <= 0 || poll(&wait, 1, static_cast<int>(left.count())) == 0) {
      return std::nullopt;
    }
    const ssize_t bytes = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (bytes <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(bytes));
  }
}

void RawClient::ReadSome(std::size_t max_bytes) const {
  std::string buffer(max_bytes, '\0');
  // What arrived does not matter, nor does how much.
  [[maybe_unused]] const ssize_t bytes =
      recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
}

bool RawClient::ReadableWithin(std::chrono::milliseconds patience) const {
  pollfd wait{socket_.get(), POLLIN, 0};
  return poll(&wait, 1, static_cast<int>(patience.count())) == 1;
}

RawResponse Exchange(const ListenAddress& address, std::string_view request,
                     RawClient::Family family) {
  RawResponse response;
  const RawClient client(address, family);
  if (client.invalid()) return response;
  client.Send(request);
  const std::string text = client.ReadToEnd().value_or("");
  const auto end = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.1 ") || end == std::string::npos) return response;
  response.status = std::stoi(text.substr(9, 3));
  response.body = text.substr(end + 4);
  for (std::size_t line = text.find("\r\n"); line < end;) {
    const std::size_t next = text.find("\r\n", line + 2);
    const std::size_t colon = text.find(": ", line + 2);
    std::string name = text.substr(line + 2, colon - line - 2);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    response.headers[name] = text.substr(colon + 2, next - colon - 2);
    line = next;
  }
  return response;
}

RawResponse Get(const ListenAddress& address, std::string_view target) {
  return Exchange(address, "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n");
}

}  // namespace certhealth
