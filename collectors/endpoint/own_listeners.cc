// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/own_listeners.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

namespace certhealth {

std::vector<ListeningSocket> CommonListeners(const std::vector<ListeningSocket>& own,
                                             const std::vector<ListeningSocket>& machine) {
  std::set<std::pair<std::uint64_t, std::uint16_t>> shown;
  for (const ListeningSocket& listener : machine) shown.emplace(listener.inode, listener.port);
  std::vector<ListeningSocket> common;
  std::ranges::copy_if(own, std::back_inserter(common), [&](const ListeningSocket& listener) {
    return shown.contains({listener.inode, listener.port});
  });
  return common;
}

ListenersLook OwnListeners(const FileSystem& machine, const std::string& root) {
  const std::shared_ptr<const FileSystem> own = MakePosixFileSystem("/");
  return [&machine, own, is_own_root = root == "/"]() -> Result<std::vector<ListeningSocket>> {
    // Not those of process 1, which a unit with ProtectProc= does not see.
    auto listeners = ReadListeners(*own, "/proc/self/net");
    if (!listeners || is_own_root) return listeners;
    const auto shown = ReadListeners(machine);
    if (!shown) return std::vector<ListeningSocket>{};
    return CommonListeners(*listeners, *shown);
  };
}

}  // namespace certhealth
