// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/port_holders.h"

#include <algorithm>
#include <map>
#include <utility>

namespace certhealth {
namespace {

/// A port has a listener or two; one for each of many addresses at most.
constexpr int kMaxHoldersOfOne = 16;

}  // namespace

std::optional<std::vector<ListeningSocket>> FindPortHolders(const FileSystem& files,
                                                            const std::set<std::uint16_t>& ports,
                                                            const Ipv6OnlyLook& ipv6_only) {
  Result<std::vector<ListeningSocket>> seen = ReadListeners(files);
  if (!seen) return std::nullopt;
  std::vector<ListeningSocket> listeners = std::move(seen).value();
  std::map<std::uint16_t, int> holders;
  std::erase_if(listeners, [&](const ListeningSocket& one) {
    return !ports.contains(one.port) || ++holders[one.port] > kMaxHoldersOfOne;
  });
  const bool has_ipv6 = std::ranges::any_of(
      listeners, [](const ListeningSocket& one) { return one.family == AddressFamily::kIpv6; });
  const auto ipv6_only_inodes = has_ipv6 && ipv6_only ? ipv6_only() : std::nullopt;
  for (ListeningSocket& listener : listeners) {
    if (listener.family == AddressFamily::kIpv6 && ipv6_only_inodes)
      listener.ipv6_only = ipv6_only_inodes->contains(listener.inode);
    listener.process = ProcessOfSocket(files, listener.inode);
  }
  return listeners;
}

}  // namespace certhealth
