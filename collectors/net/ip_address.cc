// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/ip_address.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>
#include <span>

namespace certhealth {
namespace {

using Bytes = std::array<std::uint8_t, 16>;
using Family = IpAddress::Family;

/// Addresses whose first `bits` are those of `bytes`.
struct Range {
  Bytes bytes;
  unsigned bits;
};

// What the registries of special-purpose addresses call not globally reachable, and multicast.
constexpr Range kNotPublicIpv4[] = {
    {{0}, 8},              // this network
    {{10}, 8},             // private
    {{100, 64}, 10},       // shared, RFC 6598
    {{127}, 8},            // loopback
    {{169, 254}, 16},      // link-local, where clouds keep their secrets
    {{172, 16}, 12},       // private
    {{192, 0, 0}, 24},     // IETF
    {{192, 0, 2}, 24},     // documentation
    {{192, 88, 99}, 24},   // 6to4 relays
    {{192, 168}, 16},      // private
    {{198, 18}, 15},       // benchmarks
    {{198, 51, 100}, 24},  // documentation
    {{203, 0, 113}, 24},   // documentation
    {{224}, 3},            // multicast, reserved, broadcast
};

constexpr Range kPublicIpv6 = {{0x20}, 3};
constexpr Range kNotPublicIpv6[] = {
    {{0x20, 0x01, 0x00}, 23},        // IETF: Teredo, benchmarks, ORCHID
    {{0x20, 0x01, 0x0D, 0xB8}, 32},  // documentation
    {{0x3F, 0xFF}, 20},              // documentation
};

constexpr Range kMapped = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96};
constexpr Range kNat64 = {{0x00, 0x64, 0xFF, 0x9B}, 96};
constexpr Range k6to4 = {{0x20, 0x02}, 16};

bool Contains(const Range& range, const Bytes& bytes) {
  const unsigned whole = range.bits / 8;
  if (!std::equal(bytes.begin(), bytes.begin() + whole, range.bytes.begin())) return false;
  const unsigned rest = range.bits % 8;
  if (rest == 0) return true;
  return (bytes.at(whole) ^ range.bytes.at(whole)) >> (8 - rest) == 0;
}

bool ContainsAny(std::span<const Range> ranges, const Bytes& bytes) {
  return std::ranges::any_of(ranges, [&](const Range& range) { return Contains(range, bytes); });
}

bool IsPublicIpv4(const Bytes& bytes) { return !ContainsAny(kNotPublicIpv4, bytes); }

Bytes FourBytesFrom(const Bytes& bytes, std::size_t first) {
  Bytes four{};
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(first), 4, four.begin());
  return four;
}

}  // namespace

std::optional<IpAddress> ParseIpAddress(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::size_t percent = text.find('%');
  const bool has_scope = percent != std::string_view::npos;
  const std::string address(text.substr(0, percent));
  IpAddress parsed;
  if (!has_scope && inet_pton(AF_INET, address.c_str(), parsed.bytes.data()) == 1) return parsed;
  parsed.family = Family::kIpv6;
  if (inet_pton(AF_INET6, address.c_str(), parsed.bytes.data()) != 1) return std::nullopt;
  if (!has_scope) return parsed;
  const std::string scope(text.substr(percent + 1));
  const char* const end = scope.data() + scope.size();
  const auto number = std::from_chars(scope.data(), end, parsed.scope);
  if (number.ec != std::errc() || number.ptr != end) parsed.scope = if_nametoindex(scope.c_str());
  if (parsed.scope == 0) return std::nullopt;
  return parsed;
}

std::string ToString(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  const bool ipv4 = address.family == Family::kIpv4;
  inet_ntop(ipv4 ? AF_INET : AF_INET6, address.bytes.data(), text, sizeof text);
  std::string whole = text;
  if (address.scope != 0) whole += "%" + std::to_string(address.scope);
  return whole;
}

bool IsPublic(const IpAddress& address) {
  if (address.family == Family::kIpv4) return IsPublicIpv4(address.bytes);
  if (Contains(kMapped, address.bytes) || Contains(kNat64, address.bytes)) {
    return IsPublicIpv4(FourBytesFrom(address.bytes, 12));
  }
  if (Contains(k6to4, address.bytes)) return IsPublicIpv4(FourBytesFrom(address.bytes, 2));
  return Contains(kPublicIpv6, address.bytes) && !ContainsAny(kNotPublicIpv6, address.bytes);
}

bool IsLoopback(const IpAddress& address) {
  if (address.family == IpAddress::Family::kIpv4) return address.bytes[0] == 127;
  constexpr std::array<std::uint8_t, 16> kLoopback = {0, 0, 0, 0, 0, 0, 0, 0,
                                                      0, 0, 0, 0, 0, 0, 0, 1};
  return address.bytes == kLoopback;
}

}  // namespace certhealth
