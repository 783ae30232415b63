// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "collectors/base/file_system.h"
#include "collectors/base/mount_view.h"
#include "collectors/schedule/schedule.h"

namespace certhealth {

/// Finds what would start certbot on a machine, from its files alone: systemd timers and services,
/// cron and anacron tables, the scripts that these run, and certbot's cli.ini. Nothing is run and
/// no daemon is asked. Thread-safe as far as the FileSystem is.
class ScheduleReader {
 public:
  /// `files` outlives the reader. `mounts` tells what is hidden of them.
  explicit ScheduleReader(const FileSystem& files, MountView mounts = {})
      : files_(files), mounts_(std::move(mounts)) {}

  /// One look. Never fails as a whole: what cannot be seen is among the Schedule's failures.
  Schedule Read() const;

 private:
  const FileSystem& files_;
  MountView mounts_;
};

}  // namespace certhealth
