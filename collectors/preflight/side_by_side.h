// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

#include "collectors/net/event_loop.h"

namespace certhealth {

/// Does `work` for each of 0 .. `count`-1, no more than `width` at a time, and returns when all are
/// done. Rethrows the first exception, after the others have ended.
Task<void> SideBySide(EventLoop& loop, std::size_t count, std::size_t width,
                      std::function<Task<void>(std::size_t)> work);

}  // namespace certhealth
