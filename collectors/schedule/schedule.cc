// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/schedule.h"

namespace certhealth {

std::string_view NameOf(SchedulerKind kind) {
  switch (kind) {
    case SchedulerKind::kSystemd:
      return "systemd";
    case SchedulerKind::kSnap:
      return "snap";
    case SchedulerKind::kCrontab:
      return "cron";
    case SchedulerKind::kCronD:
      return "cron.d";
    case SchedulerKind::kCronHourly:
      return "cron.hourly";
    case SchedulerKind::kCronDaily:
      return "cron.daily";
    case SchedulerKind::kCronWeekly:
      return "cron.weekly";
    case SchedulerKind::kCronMonthly:
      return "cron.monthly";
    case SchedulerKind::kUserCrontab:
      return "crontab";
    case SchedulerKind::kAnacron:
      return "anacron";
  }
  return "systemd";
}

std::string_view NameOf(SchedulerState state) {
  switch (state) {
    case SchedulerState::kEnabled:
      return "enabled";
    case SchedulerState::kDisabled:
      return "disabled";
    case SchedulerState::kMasked:
      return "masked";
    case SchedulerState::kInactive:
      return "inactive";
    case SchedulerState::kUnknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace certhealth
