// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "collectors/schedule/command_lookup.h"
#include "collectors/schedule/schedule.h"
#include "collectors/schedule/unit_tree.h"

namespace certhealth {

/// The cron entries that start certbot: of every crontab, of cron.{hourly,daily,weekly,monthly} and
/// of anacron.
struct CronReading {
  std::vector<Scheduler> schedulers;
  std::vector<Failure> failures;  // what could not be looked at
};
CronReading ReadCron(const FileSystem& files, const Host& host, UnitTree& units,
                     CommandLooker& commands);

}  // namespace certhealth
