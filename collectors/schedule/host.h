// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/failure.h"
#include "collectors/base/file_system.h"
#include "collectors/base/mount_view.h"

namespace certhealth {

enum class CronDaemon {
  kDebian,   // Vixie cron as Debian and Ubuntu have it: the strict one
  kOther,    // cronie, busybox, dcron, fcron, systemd-cron
  kNone,     // none of those is installed
  kUnknown,  // the directories of programs are not visible
};

/// What decides whether a scheduler does anything on this machine.
struct Host {
  std::optional<bool> systemd_runs;  // nullopt: not visible from here
  /// As docker and podman make them: what is missing says nothing of the host.
  bool in_container = false;
  CronDaemon cron = CronDaemon::kUnknown;
  bool has_anacron = false;
  std::optional<WallTime> booted;  // by /proc/stat
  MountView mounts;                // what a sandbox hides from us
};

/// Looks at /run, the programs and the marks that containers leave.
Host LookAtHost(const FileSystem& files);

enum class ProgramState { kExecutable, kMissing, kNotExecutable, kUnknown };

/// A program that something wants to run, as far as it can be told.
struct Program {
  std::string path;  // where it was found, or as written
  ProgramState state = ProgramState::kUnknown;
  std::string why;  // for a person, unless executable

  bool operator==(const Program&) const = default;
};

/// How far a search path may be trusted.
enum class PathOrigin {
  kStated,  // written down where the program is called
  kUsual,   // what is usual; PAM or the daemon's own environment may say otherwise
};

/// Finds `name`, a path or a bare name, which is looked for in `search_path` ("/usr/bin:/bin"). A
/// script whose interpreter is gone counts as missing, as after an upgrade of Python under a
/// virtual environment.
Program FindProgram(const FileSystem& files, const Host& host, const std::string& name,
                    const std::string& search_path, PathOrigin origin);

}  // namespace certhealth
