// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/base/file_system.h"
#include "collectors/schedule/schedule.h"

namespace certhealth {

/// Finds what would start certbot on a machine, from its files alone: systemd timers and services,
/// cron and anacron tables, the scripts that these run, and certbot's cli.ini. Nothing is run and
/// no daemon is asked. Thread-safe as far as the FileSystem is.
class ScheduleReader {
 public:
  /// `files` outlives the reader.
  explicit ScheduleReader(const FileSystem& files) : files_(files) {}

  /// One look. Never fails as a whole: what cannot be seen is among the Schedule's failures.
  Schedule Read() const;

 private:
  const FileSystem& files_;
};

}  // namespace certhealth
