// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/file_system.h"
#include "collectors/base/result.h"

namespace certhealth {

enum class AddressFamily { kIpv4, kIpv6 };

/// A TCP socket that waits for connections.
struct ListeningSocket {
  AddressFamily family = AddressFamily::kIpv4;
  std::array<std::uint8_t, 16> address{};  // in network order; of IPv4 the first four
  std::uint16_t port = 0;
  std::uint64_t inode = 0;  // of the socket
  /// Of an IPv6 socket: whether it leaves IPv4 alone (IPV6_V6ONLY); nullopt when not known.
  std::optional<bool> ipv6_only;
  std::string process;  // its name, valid UTF-8; empty when nobody looked or it cannot be seen

  /// Whether it listens on every address of its family.
  bool is_wildcard() const { return address == std::array<std::uint8_t, 16>{}; }
  /// Whether it is an IPv6 socket for one address of IPv4: "::ffff:127.0.0.1".
  bool is_mapped_ipv4() const;
};

/// "0.0.0.0:80", "[::1]:80"
std::string ToString(const ListeningSocket& listener);

/// The listening sockets among the rows of /proc/net/tcp or /proc/net/tcp6 (proc(5)). Rows that are
/// none are passed over. Pure; linear in the text.
std::vector<ListeningSocket> ParseListeners(std::string_view table, AddressFamily family);

/// The listeners of the machine that `files` shows, by the tables in `net`: those of its first
/// process, in a container those of the container.
Result<std::vector<ListeningSocket>> ReadListeners(const FileSystem& files,
                                                   const std::string& net = "/proc/1/net");

/// The name of the process that has the socket `inode` open; empty when it cannot be seen. Reads
/// the descriptors of at most a few thousand processes.
std::string ProcessOfSocket(const FileSystem& files, std::uint64_t inode);

/// The names of the processes that can be seen, of at most a few thousand.
std::set<std::string> ProcessNames(const FileSystem& files);

}  // namespace certhealth
