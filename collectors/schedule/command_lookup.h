// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/file_system.h"
#include "collectors/schedule/schedule.h"
#include "collectors/schedule/unit_tree.h"

namespace certhealth {

/// Where a command line comes from, as far as that decides what it runs.
struct CommandContext {
  Environment environment;  // as the unit, crontab or script sets it
  std::string search_path;
  PathOrigin path_origin = PathOrigin::kUsual;
};

/// What a command line does with certbot on this machine.
struct CommandLookup {
  std::vector<ScheduledCall> calls;
  std::chrono::seconds random_delay{};
  bool not_under_systemd = false;
  std::vector<Program> missing_requirements;  // asked for by `test -x`, and not there
};

/// Looks for certbot in command lines: in the line itself, in a script that it runs, and in a
/// service that it starts by `systemctl start`. One level of indirection. One look; not
/// thread-safe.
class CommandLooker {
 public:
  CommandLooker(const FileSystem& files, const Host& host, UnitTree& units)
      : files_(files), host_(host), units_(units) {}

  CommandLookup Look(std::string_view command_line, const CommandContext& context);
  /// The same for a script that is run as it is, as those in cron.daily are.
  CommandLookup LookIntoScript(const std::string& path, const CommandContext& context);
  /// The command lines of a service (systemd.service(5)) and the variables that it sets.
  std::vector<std::string> CommandLines(const Unit& service) const;
  CommandContext ContextOf(const Unit& service);

  const std::vector<Failure>& failures() const { return failures_; }

 private:
  CommandLookup Resolve(CertbotCalls calls, const CommandContext& context,
                        const std::string& script);
  std::vector<std::string> ScriptsOf(const ShellCommand& command, const CommandContext& context);
  CommandLookup LookIntoUnit(const ShellCommand& command);
  const Program& Find(const std::string& name, const CommandContext& context);
  void Note(const Failure& failure);

  const FileSystem& files_;
  const Host& host_;
  UnitTree& units_;
  std::vector<Failure> failures_;
  /// By search path and name: most entries name the same few.
  std::map<std::string, Program> programs_;
  int scripts_left_ = 512;
};

}  // namespace certhealth
