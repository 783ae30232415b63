// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/own_addresses.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "collectors/base/file_descriptor.h"

namespace certhealth {
namespace {

std::optional<IpAddress> FromSocketAddress(const sockaddr* address) {
  IpAddress own;
  if (address == nullptr) return std::nullopt;
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    std::memcpy(own.bytes.data(), &in.sin_addr, 4);
    return own;
  }
  if (address->sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 in6{};
  std::memcpy(&in6, address, sizeof in6);
  std::memcpy(own.bytes.data(), &in6.sin6_addr, 16);
  own.family = IpAddress::Family::kIpv6;
  return own;
}

/// The DNS knows no scopes.
bool IsSame(const IpAddress& one, const IpAddress& other) {
  return one.family == other.family && one.bytes == other.bytes;
}

}  // namespace

bool OwnAddresses::IsHere(const IpAddress& address) const {
  return IsLoopback(address) || std::ranges::any_of(interfaces, [&](const IpAddress& own) {
           return IsSame(own, address);
         });
}

bool OwnAddresses::Contains(const IpAddress& address) const {
  return IsHere(address) || std::ranges::any_of(declared, [&](const AddressRange& range) {
           return range.Contains(address);
         });
}

bool OwnAddresses::HasPublic(IpAddress::Family family) const {
  return std::ranges::any_of(interfaces, [family](const IpAddress& address) {
    return address.family == family && IsPublic(address);
  });
}

bool HasNat(std::optional<std::string_view> modules) {
  constexpr std::array<std::string_view, 11> kNatModules = {
      "iptable_nat", "ip6table_nat", "nft_chain_nat", "nft_redir", "nft_masq", "xt_REDIRECT",
      "xt_nat",      "xt_TPROXY",    "nft_tproxy",    "nft_nat",   "ip_vs"};
  if (!modules) return true;
  std::string_view rest = *modules;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (std::ranges::find(kNatModules, line.substr(0, line.find(' '))) != kNatModules.end())
      return true;
  }
  return false;
}

std::vector<IpAddress> InterfaceAddresses() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owned(list, &freeifaddrs);
  std::vector<IpAddress> addresses;
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    if (const auto address = FromSocketAddress(one->ifa_addr)) addresses.push_back(*address);
  }
  return addresses;
}

bool HasRoute(const IpAddress& address) {
  constexpr std::uint16_t kAnyPort = 80;
  const bool is_ipv4 = address.family == IpAddress::Family::kIpv4;
  const FileDescriptor opened(socket(is_ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!opened.valid()) return true;
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(kAnyPort);
  std::memcpy(&in.sin_addr, address.bytes.data(), sizeof in.sin_addr);
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(kAnyPort);
  std::memcpy(&in6.sin6_addr, address.bytes.data(), sizeof in6.sin6_addr);
  // Of a datagram socket, connecting is no more than a look at the routes.
  const int connected =
      is_ipv4 ? connect(opened.get(), reinterpret_cast<const sockaddr*>(&in), sizeof in)
              : connect(opened.get(), reinterpret_cast<const sockaddr*>(&in6), sizeof in6);
  return connected == 0 || (errno != ENETUNREACH && errno != EHOSTUNREACH);
}

}  // namespace certhealth
