// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>

namespace certhealth {

/// The inodes of the listening IPv6 sockets of this process's network namespace that leave IPv4
/// alone (IPV6_V6ONLY); nullopt when the kernel does not tell. Asks by sock_diag(7), which /proc
/// cannot replace: its tables do not show the option. Waits a second at most. Thread-safe.
std::optional<std::unordered_set<std::uint64_t>> Ipv6OnlySockets();

using Ipv6OnlyLook = std::function<std::optional<std::unordered_set<std::uint64_t>>()>;

/// Ipv6OnlySockets for a look at this very machine; what never tells for one that is mounted at
/// `root`.
Ipv6OnlyLook Ipv6OnlyLookAt(const std::string& root);

}  // namespace certhealth
