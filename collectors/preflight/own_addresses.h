// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "collectors/net/address_range.h"
#include "collectors/net/ip_address.h"

namespace certhealth {

/// The addresses under which this machine is reached.
struct OwnAddresses {
  std::vector<IpAddress> interfaces;   // what its interfaces have
  std::vector<AddressRange> declared;  // what the operator says, for NAT and balancers
  /// Whether this machine may send what comes in elsewhere (HasNat): then a connection from here,
  /// which such rules pass over, may meet somebody else than one from outside.
  bool has_nat = false;

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

/// Whether a kernel whose /proc/modules reads `modules` may send incoming connections to another
/// port or machine: iptables' REDIRECT, a container's port, a firewall's forward-port. Without the
/// file nobody knows, and it may. Pure.
bool HasNat(std::optional<std::string_view> modules);

/// Whether this machine's routes lead to `address`. Sends nothing.
bool HasRoute(const IpAddress& address);

}  // namespace certhealth
