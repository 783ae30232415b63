// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "collectors/base/file_system.h"
#include "collectors/net/address_range.h"

namespace certhealth {

/// What the kernel says of the network that the machine's programs share: which addresses they can
/// bind, and whether what they connect to is what they name.
struct OwnNetwork {
  std::vector<AddressRange> addresses;  // those of this machine, loopback among them
  bool may_bind_foreign_ipv4 = true;    // ip_nonlocal_bind: addresses of others can be bound too
  bool may_bind_foreign_ipv6 = true;
  /// Whether a rule may send elsewhere what goes to an address of this machine (DNAT, REDIRECT).
  bool may_translate = true;

  bool Has(const IpAddress& address) const;
  /// Whether a program here could listen on `address`.
  bool MayBind(const IpAddress& address) const;
};

/// The addresses that the kernel delivers to itself, by /proc/net/fib_trie. Pure.
std::vector<AddressRange> ParseFibTrie(std::string_view table);

/// The same of IPv6, by /proc/net/ipv6_route. Pure.
std::vector<AddressRange> ParseIpv6Routes(std::string_view table);

/// The network of the machine that `files` shows, that of its first process. Nothing where that
/// cannot be seen, or where this process has another: what it sees of the settings is then its own.
std::optional<OwnNetwork> ReadOwnNetwork(const FileSystem& files);

}  // namespace certhealth
