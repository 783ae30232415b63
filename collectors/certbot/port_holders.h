// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "collectors/base/file_system.h"
#include "collectors/listening_socket.h"
#include "collectors/socket_diag.h"

namespace certhealth {

/// Who listens on `ports`, with the names of the processes as far as they can be seen; of each port
/// a few. nullopt where the listeners cannot be seen. `ipv6_only` may be empty.
std::optional<std::vector<ListeningSocket>> FindPortHolders(const FileSystem& files,
                                                            const std::set<std::uint16_t>& ports,
                                                            const Ipv6OnlyLook& ipv6_only);

}  // namespace certhealth
