// SPDX-License-Identifier: Apache-2.0
#include "collectors/listening_socket.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "collectors/base/utf8.h"
#include "collectors/kernel_table.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxListeners = 16384;
constexpr std::size_t kMaxProcesses = 4096;
constexpr std::uint64_t kMaxCommBytes = 64;
constexpr std::string_view kListen = "0A";

std::string_view NextField(std::string_view& row) {
  row.remove_prefix(std::min(row.find_first_not_of(' '), row.size()));
  const std::string_view field = row.substr(0, row.find(' '));
  row.remove_prefix(field.size());
  return field;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text, int base) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "0100007F": words of four bytes, each printed as a number of this machine's.
bool ParseAddress(std::string_view text, ListeningSocket& listener) {
  const std::size_t words = listener.family == AddressFamily::kIpv4 ? 1 : 4;
  if (text.size() != words * 8) return false;
  for (std::size_t i = 0; i < words; ++i) {
    const auto word = ParseNumber<std::uint32_t>(text.substr(i * 8, 8), 16);
    if (!word) return false;
    std::memcpy(listener.address.data() + i * 4, &*word, 4);
  }
  return true;
}

std::optional<ListeningSocket> ParseRow(std::string_view row, AddressFamily family) {
  NextField(row);  // "0:"
  const std::string_view local = NextField(row);
  NextField(row);  // the remote address
  if (NextField(row) != kListen) return std::nullopt;
  for (int i = 0; i < 5; ++i) NextField(row);  // queues, timer, retransmissions, user, timeout
  ListeningSocket listener;
  listener.family = family;
  const std::size_t colon = local.find(':');
  if (colon == std::string_view::npos || !ParseAddress(local.substr(0, colon), listener))
    return std::nullopt;
  const auto port = ParseNumber<std::uint16_t>(local.substr(colon + 1), 16);
  const auto inode = ParseNumber<std::uint64_t>(NextField(row), 10);
  if (!port || !inode) return std::nullopt;
  listener.port = *port;
  listener.inode = *inode;
  return listener;
}

bool IsNumber(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

bool HasOpen(const FileSystem& files, const std::string& process, const std::string& socket) {
  const auto descriptors = files.List(process + "/fd");
  if (!descriptors) return false;
  return std::ranges::any_of(*descriptors, [&](const DirectoryEntry& descriptor) {
    const auto target = files.ReadLink(process + "/fd/" + descriptor.name);
    return target && *target == socket;
  });
}

/// Empty when it cannot be seen.
std::string NameOfProcess(const FileSystem& files, const std::string& process) {
  const auto comm = files.Read(process + "/comm", kMaxCommBytes);
  return comm ? ToValidUtf8(comm->bytes.substr(0, comm->bytes.find('\n'))) : std::string();
}

}  // namespace

bool ListeningSocket::is_mapped_ipv4() const {
  constexpr std::array<std::uint8_t, 12> kPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return family == AddressFamily::kIpv6 &&
         std::equal(kPrefix.begin(), kPrefix.end(), address.begin());
}

std::string ToString(const ListeningSocket& listener) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v6 = listener.family == AddressFamily::kIpv6;
  inet_ntop(v6 ? AF_INET6 : AF_INET, listener.address.data(), text.data(), text.size());
  return (v6 ? "[" + std::string(text.data()) + "]" : std::string(text.data())) + ":" +
         std::to_string(listener.port);
}

std::vector<ListeningSocket> ParseListeners(std::string_view table, AddressFamily family) {
  std::vector<ListeningSocket> listeners;
  while (!table.empty() && listeners.size() < kMaxListeners) {
    const std::string_view row = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(row.size() + 1, table.size()));
    if (auto listener = ParseRow(row, family)) listeners.push_back(std::move(*listener));
  }
  return listeners;
}

Result<std::vector<ListeningSocket>> ReadListeners(const FileSystem& files,
                                                   const std::string& net) {
  // The kernel tells listeners before connections, of which there may be more than is read.
  const auto ipv4 = ReadKernelTable(files, net + "/tcp");
  if (!ipv4) return ipv4.error();
  std::vector<ListeningSocket> listeners = ParseListeners(ipv4->text, AddressFamily::kIpv4);
  // A kernel without IPv6 has no such table.
  if (const auto ipv6 = ReadKernelTable(files, net + "/tcp6"); ipv6) {
    std::ranges::move(ParseListeners(ipv6->text, AddressFamily::kIpv6),
                      std::back_inserter(listeners));
  }
  return listeners;
}

std::string ProcessOfSocket(const FileSystem& files, std::uint64_t inode) {
  const auto entries = files.List("/proc");
  if (!entries) return {};
  const std::string socket = "socket:[" + std::to_string(inode) + "]";
  std::size_t left = kMaxProcesses;
  for (const DirectoryEntry& entry : *entries) {
    if (!IsNumber(entry.name)) continue;
    if (left-- == 0) break;
    const std::string process = "/proc/" + entry.name;
    if (HasOpen(files, process, socket)) return NameOfProcess(files, process);
  }
  return {};
}

std::set<std::string> ProcessNames(const FileSystem& files) {
  std::set<std::string> names;
  const auto entries = files.List("/proc");
  if (!entries) return names;
  std::size_t left = kMaxProcesses;
  for (const DirectoryEntry& entry : *entries) {
    if (!IsNumber(entry.name)) continue;
    if (left-- == 0) break;
    names.insert(NameOfProcess(files, "/proc/" + entry.name));
  }
  names.erase("");
  return names;
}

}  // namespace certhealth
