// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "collectors/schedule/command_lookup.h"
#include "collectors/schedule/schedule.h"
#include "collectors/schedule/unit_tree.h"

namespace certhealth {

/// The state in which a scheduler's calls leave it when nothing else stands in their way: inactive
/// when none of them could renew anything, and why.
struct CallsState {
  SchedulerState state = SchedulerState::kEnabled;
  std::string why;
};
CallsState StateOfCalls(const CommandLookup& lookup);

/// The timers that start certbot, and services that do without a timer.
std::vector<Scheduler> ReadTimers(const FileSystem& files, const Host& host, UnitTree& units,
                                  CommandLooker& commands);

}  // namespace certhealth
