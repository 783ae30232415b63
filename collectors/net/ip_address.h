// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certhealth {

/// An IPv4 or IPv6 address.
struct IpAddress {
  enum class Family : std::uint8_t { kIpv4, kIpv6 };

  Family family = Family::kIpv4;
  std::array<std::uint8_t, 16> bytes{};  // network order; of an IPv4 address the first four
  std::uint32_t scope = 0;               // the interface of a link-local IPv6 address

  auto operator<=>(const IpAddress&) const = default;
};

/// "192.0.2.1", "2001:db8::1", "fe80::1%2"; nothing for anything else, brackets included.
std::optional<IpAddress> ParseIpAddress(std::string_view text);

std::string ToString(const IpAddress& address);

/// Whether `address` is one of the public Internet: not of this machine, a private or a local
/// network, not multicast, and of no range that is set aside (RFC 6890, with its updates). An
/// IPv4 address within an IPv6 one (mapped, NAT64, 6to4) is judged itself.
bool IsPublic(const IpAddress& address);

/// 127.0.0.0/8 and ::1.
bool IsLoopback(const IpAddress& address);

struct SocketAddress {
  IpAddress address;
  std::uint16_t port = 0;

  auto operator<=>(const SocketAddress&) const = default;
};

}  // namespace certhealth
