// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "collectors/net/ip_address.h"

namespace certhealth {

/// Addresses that share their first `prefix_bits`.
struct AddressRange {
  IpAddress first;
  unsigned prefix_bits = 32;

  bool Contains(const IpAddress& address) const;
  bool operator==(const AddressRange&) const = default;
};

/// "192.0.2.1" or "192.0.2.0/24"; nullopt for anything else.
std::optional<AddressRange> ParseAddressRange(std::string_view text);

/// 127.0.0.0/8 and ::1.
bool IsLoopback(const IpAddress& address);

/// The addresses under which this machine is reached.
struct OwnAddresses {
  std::vector<IpAddress> interfaces;   // what its interfaces have
  std::vector<AddressRange> declared;  // what the operator says, for NAT and balancers

  /// Loopback, or of an interface: a connection to it ends on this machine.
  bool IsHere(const IpAddress& address) const;
  /// Here, or declared.
  bool Contains(const IpAddress& address) const;
  /// Whether an interface has an address of this family that the internet reaches. Without one,
  /// there is NAT in between, and what a public address answers from inside may be the router.
  bool HasPublic(IpAddress::Family family) const;
};

/// What the interfaces of this process's network namespace have; empty when the kernel does not
/// tell.
std::vector<IpAddress> InterfaceAddresses();

/// Whether this machine's routes lead to `address`. Sends nothing.
bool HasRoute(const IpAddress& address);

}  // namespace certhealth
