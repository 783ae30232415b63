// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace certhealth {

enum class BindOutcome {
  kBound,
  kInUse,       // EADDRINUSE
  kNotHere,     // EADDRNOTAVAIL: not an address of this machine
  kNotAllowed,  // this process may not: certbot may
  kUnknown,     // the address is a name, or the system failed otherwise
};

/// Binds `port` of `address` (every address when empty) for a moment as certbot's standalone plugin
/// would (acme/standalone.py: IPv6 and IPv4, one of them is enough), but never listens on it:
/// nobody can connect, and a server that reuses addresses is not kept out.
BindOutcome TryBind(const std::string& address, std::uint16_t port);

}  // namespace certhealth
