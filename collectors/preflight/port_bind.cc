// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/port_bind.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "collectors/base/file_descriptor.h"
#include "collectors/net/ip_address.h"

namespace certhealth {
namespace {

BindOutcome OutcomeOf(int error) {
  switch (error) {
    case EADDRINUSE:
      return BindOutcome::kInUse;
    case EADDRNOTAVAIL:
      return BindOutcome::kNotHere;
    case EACCES:
    case EPERM:
      return BindOutcome::kNotAllowed;
    default:
      return BindOutcome::kUnknown;
  }
}

BindOutcome Bind(const IpAddress& address, std::uint16_t port) {
  const bool is_ipv4 = address.family == IpAddress::Family::kIpv4;
  const FileDescriptor opened(
      socket(is_ipv4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!opened.valid()) return BindOutcome::kUnknown;
  const int on = 1;
  setsockopt(opened.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);  // as Python's servers
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(port);
  std::memcpy(&in.sin_addr, address.bytes.data(), sizeof in.sin_addr);
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(port);
  std::memcpy(&in6.sin6_addr, address.bytes.data(), sizeof in6.sin6_addr);
  const int bound = is_ipv4
                        ? bind(opened.get(), reinterpret_cast<const sockaddr*>(&in), sizeof in)
                        : bind(opened.get(), reinterpret_cast<const sockaddr*>(&in6), sizeof in6);
  return bound == 0 ? BindOutcome::kBound : OutcomeOf(errno);
}

/// Of two attempts, the one that decides.
BindOutcome Better(BindOutcome one, BindOutcome other) {
  if (one == BindOutcome::kBound || other == BindOutcome::kBound) return BindOutcome::kBound;
  if (one == BindOutcome::kNotAllowed || other == BindOutcome::kNotAllowed)
    return BindOutcome::kNotAllowed;
  return one == BindOutcome::kUnknown ? other : one;
}

}  // namespace

BindOutcome TryBind(const std::string& address, std::uint16_t port) {
  if (!address.empty()) {
    const auto parsed = ParseIpAddress(address);
    return parsed ? Bind(*parsed, port) : BindOutcome::kUnknown;
  }
  IpAddress ipv6;
  ipv6.family = IpAddress::Family::kIpv6;
  return Better(Bind(ipv6, port), Bind(IpAddress{}, port));
}

}  // namespace certhealth
