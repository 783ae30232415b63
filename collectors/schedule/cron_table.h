// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/schedule/recurrence.h"

namespace certhealth {

/// Whether a table names the user after the time fields: /etc/crontab and /etc/cron.d/* do, the
/// tables of `crontab -e` do not.
enum class CronForm { kUser, kSystem };

/// When a cron entry runs, as sets.
struct CronTimes {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  DayRule days;
  bool at_boot = false;  // @reboot: then the rest is empty

  bool operator==(const CronTimes&) const = default;
};

struct CronEntry {
  CronTimes times;
  std::string user;     // kSystem only
  std::string command;  // up to the first unescaped %, as the shell gets it
  std::size_t line = 0;
  std::size_t variables =
      0;  // how many of CronTable::environment stand above the entry and so count
};

/// A line that is no crontab.
struct CronFault {
  std::size_t line = 0;
  std::string text;  // valid UTF-8 if the table is, shortened
};

/// What one crontab says (crontab(5), of Vixie cron, cronie and busybox).
struct CronTable {
  std::vector<CronEntry> entries;
  std::vector<std::pair<std::string, std::string>> environment;  // NAME -> value, in order
  std::vector<CronFault> faults;  // Debian's cron then drops the whole file, cronie only the line
  bool ends_in_newline = true;    // Debian's cron drops a file that does not
};

/// Reads a crontab of at most 4096 entries; a further one is a fault, and ends the reading. At most
/// 16 faults are kept.
CronTable ParseCronTable(std::string_view text, CronForm form);

/// The longest time between two runs, in a local time without clock changes; nullopt for @reboot
/// and for dates that do not exist.
std::optional<std::chrono::seconds> LongestGap(const CronTimes& times);

struct AnacronEntry {
  std::chrono::days period{};
  std::string job;
  std::string command;
  std::size_t line = 0;
};

/// Reads /etc/anacrontab (anacrontab(5)); lines that are none of it are passed over, as anacron
/// does.
std::vector<AnacronEntry> ParseAnacronTable(std::string_view text);

}  // namespace certhealth
