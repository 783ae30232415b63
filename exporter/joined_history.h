// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "collectors/base/clock.h"
#include "collectors/certbot_log/certbot_history.h"

namespace certhealth {

/// What our hook has seen of one lineage: when it was last renewed, and when it last failed.
struct HookTestimony {
  struct Event {
    WallTime at{};          // of a failure: the end of the run
    std::uint64_t run = 0;  // events of one run of certbot have the same

    bool operator==(const Event&) const = default;
  };
  std::optional<Event> renewed;
  std::optional<Event> failed;
};

/// What the log says of a lineage, and behind it what the hook has seen since: the newer wins, and
/// of one attempt the log, which knows why. Nothing when the hook adds nothing. `log` is null where
/// no log speaks of the lineage. Pure.
std::optional<LineageHistory> JoinHistory(const LineageHistory* log, const HookTestimony& hook);

}  // namespace certhealth
