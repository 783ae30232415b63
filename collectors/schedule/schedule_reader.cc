// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/schedule_reader.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/schedule/command_lookup.h"
#include "collectors/schedule/cron.h"
#include "collectors/schedule/timers.h"
#include "collectors/schedule/unit_tree.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxCliIniBytes = 65536;

/// certbot's own default files, the FreeBSD port's among them; root runs it everywhere.
constexpr std::array<const char*, 3> kCliInis{"/etc/letsencrypt/cli.ini",
                                              "/usr/local/etc/letsencrypt/cli.ini",
                                              "/root/.config/letsencrypt/cli.ini"};

void Append(const std::vector<Failure>& more, std::vector<Failure>& failures) {
  for (const Failure& failure : more) {
    if (std::ranges::find(failures, failure) == failures.end()) failures.push_back(failure);
  }
}

void ReadCliIni(const FileSystem& files, const std::string& path, Schedule& schedule) {
  const bool known = std::ranges::any_of(schedule.cli_inis,
                                         [&](const CliIniFile& file) { return file.path == path; });
  if (known) return;
  const Result<FileContents> contents = files.Read(path, kMaxCliIniBytes);
  if (!contents) {
    if (contents.error().reason != Reason::kNotFound) {
      Append({{contents.error().reason, ToValidUtf8(contents.error().detail)}},
             schedule.cli_ini_failures);
    }
    return;
  }
  Result<CliIni> settings = ParseCliIni(contents->bytes);
  if (!settings) {
    Append({{settings.error().reason, path + ", " + settings.error().detail}},
           schedule.cli_ini_failures);
    return;
  }
  schedule.cli_inis.push_back({path, std::move(settings).value()});
}

bool IsDefault(const CertbotDirectories& directories) {
  return !directories.config_dir && !directories.logs_dir && !directories.work_dir;
}

/// The directories that the cli.ini files give, `own` being one that only a certain call reads.
CertbotDirectories DirectoriesOf(const std::vector<CliIniFile>& files,
                                 const std::optional<std::string>& own) {
  CertbotDirectories directories;
  for (const CliIniFile& file : files) {
    const bool is_default = std::ranges::find(kCliInis, file.path) != kCliInis.end();
    if (!is_default && file.path != own) continue;
    const auto take = [&](std::string_view key, std::optional<std::string>& directory) {
      if (auto value = file.settings.Value(key)) {
        directory = std::move(value);
        directories.where = file.path;
      }
    };
    take("config-dir", directories.config_dir);
    take("logs-dir", directories.logs_dir);
    take("work-dir", directories.work_dir);
  }
  return directories;
}

void FindDirectories(Schedule& schedule) {
  const auto add = [&schedule](CertbotDirectories directories) {
    const bool known =
        std::ranges::any_of(schedule.directories, [&](const CertbotDirectories& other) {
          return other.config_dir == directories.config_dir &&
                 other.logs_dir == directories.logs_dir && other.work_dir == directories.work_dir;
        });
    if (!known && !IsDefault(directories)) schedule.directories.push_back(std::move(directories));
  };
  add(DirectoriesOf(schedule.cli_inis, std::nullopt));
  for (const Scheduler& scheduler : schedule.schedulers) {
    for (const ScheduledCall& call : scheduler.calls) {
      if (call.command.runs_elsewhere) continue;  // its paths are of another file system
      CertbotDirectories directories = DirectoriesOf(schedule.cli_inis, call.command.cli_ini);
      const auto take = [&](const std::optional<std::string>& stated,
                            std::optional<std::string>& directory) {
        if (!stated) return;
        directory = stated;
        directories.where = call.script.empty() ? scheduler.where : call.script;
      };
      take(call.command.config_dir, directories.config_dir);
      take(call.command.logs_dir, directories.logs_dir);
      take(call.command.work_dir, directories.work_dir);
      add(std::move(directories));
    }
  }
}

/// What is not visible at all, so that finding nothing proves nothing.
void NoteWhatIsHidden(const FileSystem& files, const UnitTree& units, Schedule& schedule) {
  if (!schedule.host.systemd_runs) {
    const std::string why =
        schedule.host.in_container
            ? "this is a container: the schedulers of its host are not visible"
            : "/run/systemd/system is not visible: whether systemd runs is not known";
    Append({{Reason::kNotFound, why}}, schedule.failures);
  }
  if (schedule.host.systemd_runs == true && !units.visible()) {
    Append({{Reason::kNotFound, "systemd runs, but its unit files are not visible"}},
           schedule.failures);
  }
  if (const auto etc = files.Status("/etc"); !etc) Append({etc.error()}, schedule.failures);
}

}  // namespace

Schedule ScheduleReader::Read() const {
  Schedule schedule;
  schedule.host = LookAtHost(files_);
  schedule.host.mounts = mounts_;
  UnitTree units(files_);
  CommandLooker commands(files_, schedule.host, units);
  schedule.schedulers = ReadTimers(files_, schedule.host, units, commands);
  CronReading cron = ReadCron(files_, schedule.host, units, commands);
  std::ranges::move(cron.schedulers, std::back_inserter(schedule.schedulers));

  NoteWhatIsHidden(files_, units, schedule);
  Append(units.failures(), schedule.failures);
  Append(commands.failures(), schedule.failures);
  Append(cron.failures, schedule.failures);

  for (const char* path : kCliInis) ReadCliIni(files_, path, schedule);
  for (const Scheduler& scheduler : schedule.schedulers) {
    for (const ScheduledCall& call : scheduler.calls) {
      const auto& path = call.command.cli_ini;
      if (path && path->starts_with('/') && schedule.cli_inis.size() < 16) {
        ReadCliIni(files_, *path, schedule);
      }
    }
  }
  FindDirectories(schedule);
  return schedule;
}

}  // namespace certhealth
