// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/failure.h"
#include "collectors/cli_ini.h"
#include "collectors/schedule/certbot_command.h"
#include "collectors/schedule/host.h"

namespace certhealth {

/// What would start certbot. Closed: the names are values of the label `scheduler`.
enum class SchedulerKind {
  kSystemd,     // a timer, or a service that runs by itself
  kSnap,        // the timer that snapd writes
  kCrontab,     // /etc/crontab
  kCronD,       // /etc/cron.d/*
  kCronHourly,  // /etc/cron.hourly/*, and /etc/periodic/hourly/* of busybox; likewise the next
                // three
  kCronDaily,
  kCronWeekly,
  kCronMonthly,
  kUserCrontab,  // what `crontab -e` writes
  kAnacron,      // /etc/anacrontab
};

/// "systemd", "snap", "cron", "cron.d", "cron.hourly", ..., "crontab", "anacron".
std::string_view NameOf(SchedulerKind kind);

enum class SchedulerState {
  kEnabled,   // starts certbot, for all that can be seen
  kDisabled,  // a unit that nothing starts
  kMasked,    // a unit, or the service of a timer, that is a link to /dev/null or empty
  kInactive,  // in place, but certbot does not renew anything by it on this machine
  kUnknown,   // something that decides it cannot be seen
};

/// "enabled", "disabled", "masked", "inactive", "unknown".
std::string_view NameOf(SchedulerState state);

/// A call of certbot, and the program it names as it is on this machine.
struct ScheduledCall {
  CertbotCommandLine command;
  Program program;
  std::string script;  // the file in which the call stands, when that is not the scheduler's own
};

/// One thing that would start certbot: a timer, a cron entry, a script in cron.daily. Every string
/// is valid UTF-8.
struct Scheduler {
  SchedulerKind kind = SchedulerKind::kSystemd;
  std::string where;         // path of the timer, the table or the script
  std::size_t line = 0;      // of a table's entry
  std::string command_line;  // as written: what the timer's service, or the cron entry, runs
  /// Empty for what only its name or its mention gives away: a masked or missing unit, a line of a
  /// table that is no cron entry.
  std::vector<ScheduledCall> calls;
  SchedulerState state = SchedulerState::kUnknown;
  std::string why;  // for a person, unless enabled: "/etc/systemd/system/certbot.timer masks it"
  /// The longest time between two runs that this scheduler alone would make, its random delay
  /// included; nullopt when that is not known, as at every boot.
  std::optional<std::chrono::seconds> longest_period;
  std::string period_problem;            // why it is not known
  std::optional<WallTime> last_trigger;  // of a persistent timer: its stamp
  /// When the file at `where`, or the link that enables a unit, was last written: it may start
  /// nothing before.
  std::optional<WallTime> set_up;

  /// Whether it renews something on this machine; nullopt when that cannot be seen.
  std::optional<bool> counts() const {
    if (state == SchedulerState::kUnknown) return std::nullopt;
    return state == SchedulerState::kEnabled;
  }
};

/// Directories that certbot is told to use; nullopt where it uses its own.
struct CertbotDirectories {
  std::optional<std::string> config_dir;
  std::optional<std::string> logs_dir;
  std::optional<std::string> work_dir;
  std::string where;  // the file that says so

  bool operator==(const CertbotDirectories&) const = default;
};

struct CliIniFile {
  std::string path;
  CliIni settings;
};

/// What of a machine would renew certificates by certbot. Immutable.
struct Schedule {
  Host host;
  std::vector<Scheduler> schedulers;  // timers first, then cron, each by path and line
  /// In certbot's order: what a later one says wins. Behind them those that single calls name.
  std::vector<CliIniFile> cli_inis;
  /// Of the cli.ini files on which certbot would die, or which cannot be read.
  std::vector<Failure> cli_ini_failures;
  std::vector<CertbotDirectories> directories;  // of cli.ini alone, and of every call; no two alike
  /// What could not be looked at. Without a scheduler that counts, an empty list says "none", any
  /// other "not known".
  std::vector<Failure> failures;
};

}  // namespace certhealth
