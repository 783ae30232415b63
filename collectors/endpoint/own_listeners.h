// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "collectors/base/file_system.h"
#include "collectors/listening_socket.h"

namespace certhealth {

/// The listeners that this process can connect to, and that belong to the machine it looks at.
using ListenersLook = std::function<Result<std::vector<ListeningSocket>>()>;

/// Reads the sockets of this process's own network. Where `machine` has another root, a host
/// mounted into a container, only those that are also in the table of its first process: a
/// container has a network of its own, and what listens there is not the host's. Without such a
/// table, none. `machine` outlives what is returned.
ListenersLook OwnListeners(const FileSystem& machine, const std::string& root);

/// Those of `own` that are among `machine`, by the inodes of their sockets and their ports: the
/// tree of a test or a demo may have any inode in its table. Pure.
std::vector<ListeningSocket> CommonListeners(const std::vector<ListeningSocket>& own,
                                             const std::vector<ListeningSocket>& machine);

}  // namespace certhealth
