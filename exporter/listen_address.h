// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "collectors/base/result.h"

namespace certhealth {

/// Where a server listens.
struct ListenAddress {
  enum class Kind {
    kEverywhere,  // every IPv4 and IPv6 address of this machine
    kIpv4,
    kIpv6,
    kUnix,
  };
  Kind kind = Kind::kEverywhere;
  std::string host;        // kIpv4 and kIpv6: the numeric address, without brackets
  std::uint16_t port = 0;  // all but kUnix; 0 lets the system choose
  std::string path;        // kUnix: absolute

  bool operator==(const ListenAddress&) const = default;
};

/// Reads an address as Prometheus's users write it: ":10090", "127.0.0.1:0", "[::1]:9",
/// "[::]:10090", "localhost:10090" (the first address the name has now, IPv4 before IPv6),
/// "unix:/run/x.sock". kBadText says what is wrong with it.
Result<ListenAddress> ParseListenAddress(std::string_view text);

/// The form that ParseListenAddress reads.
std::string ToString(const ListenAddress& address);

}  // namespace certhealth
