// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/cron.h"

#include <algorithm>
#include <array>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/schedule/cron_table.h"
#include "collectors/schedule/text.h"
#include "collectors/schedule/timers.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxTableBytes = 65536;
constexpr std::size_t kMaxFiles = 1024;  // of one directory
constexpr std::size_t kMaxSchedulers = 256;
constexpr std::size_t kMaxVariables = 256;
constexpr mode_t kWritableByOthers = 022;
constexpr mode_t kAnyExecute = 0111;
constexpr const char* kCronPath = "/usr/bin:/bin";
constexpr const char* kCrontabPath = "/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin";

/// A reason why cron does not run a file, or may not.
struct Obstacle {
  SchedulerState state = SchedulerState::kEnabled;  // kEnabled: none
  std::string why;
};

/// Letters, digits, dashes and underscores: all that Debian's cron and run-parts look at.
bool IsRunPartsName(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
  });
}

/// What editors and package managers leave behind, which cronie passes over too.
bool IsLeftOver(std::string_view name) {
  for (const std::string_view suffix : {"~", ".rpmsave", ".rpmorig", ".rpmnew", ".swp", ",v",
                                        ".dpkg-dist", ".dpkg-old", ".dpkg-new"}) {
    if (name.ends_with(suffix)) return true;
  }
  return name.starts_with('.') || name.starts_with('#');
}

Obstacle ObstacleOfName(const std::string& name, const Host& host) {
  if (IsRunPartsName(name)) return {};
  if (host.cron == CronDaemon::kDebian) {
    return {SchedulerState::kInactive,
            "cron passes over names with other than letters, digits, - and _"};
  }
  if (IsLeftOver(name)) return {SchedulerState::kInactive, "cron passes over such a name"};
  if (host.cron == CronDaemon::kOther) return {};
  return {SchedulerState::kUnknown, "some cron daemons pass over such a name"};
}

class CronLook {
 public:
  CronLook(const FileSystem& files, const Host& host, UnitTree& units, CommandLooker& commands)
      : files_(files), host_(host), units_(units), commands_(commands) {
    daemon_ = ObstacleOfDaemon();
    if (const auto etc = files_.Status("/etc")) superuser_ = etc->owner;
  }

  CronReading Take() {
    ReadTable("/etc/crontab", CronForm::kSystem, SchedulerKind::kCrontab, {});
    for (const DirectoryEntry& entry : List("/etc/cron.d")) {
      ReadTable("/etc/cron.d/" + entry.name, CronForm::kSystem, SchedulerKind::kCronD,
                ObstacleOfName(entry.name, host_));
    }
    using std::chrono::days;
    ReadScripts("hourly", SchedulerKind::kCronHourly, std::chrono::hours(1));
    ReadScripts("daily", SchedulerKind::kCronDaily, days(1));
    ReadScripts("weekly", SchedulerKind::kCronWeekly, days(7));
    ReadScripts("monthly", SchedulerKind::kCronMonthly, days(31));
    ReadAnacron();
    // Debian, SUSE, busybox, the BSDs; and RHEL, whose directory holds Debian's.
    for (const char* directory : {"/var/spool/cron/crontabs", "/var/spool/cron/tabs",
                                  "/etc/crontabs", "/var/cron/tabs", "/var/spool/cron"}) {
      for (const DirectoryEntry& entry : List(directory)) {
        if (entry.kind != FileKind::kRegular || IsLeftOver(entry.name)) continue;
        ReadTable(std::string(directory) + '/' + entry.name, CronForm::kUser,
                  SchedulerKind::kUserCrontab, {});
      }
    }
    return std::move(reading_);
  }

 private:
  /// Whether a cron daemon is there and started.
  Obstacle ObstacleOfDaemon() {
    if (host_.cron == CronDaemon::kNone)
      return {SchedulerState::kInactive, "no cron daemon is installed"};
    if (host_.cron == CronDaemon::kUnknown) {
      return {SchedulerState::kUnknown,
              "whether a cron daemon is installed is not visible from here"};
    }
    if (host_.systemd_runs != true) return {};
    for (const char* name : {"cron.service", "crond.service", "cronie.service"}) {
      const Unit unit = units_.Load(name);
      if (unit.state == UnitState::kMasked) return {SchedulerState::kInactive, unit.problem};
      if (unit.state == UnitState::kLoaded && !units_.EnabledBy(name)) {
        return {SchedulerState::kInactive, std::string(name) + " is disabled"};
      }
      if (unit.state == UnitState::kLoaded) return {};
    }
    return {};
  }

  std::vector<DirectoryEntry> List(const std::string& path) {
    auto entries = files_.List(path);
    if (!entries) {
      if (entries.error().reason != Reason::kNotFound) Note(entries.error());
      return {};
    }
    std::vector<DirectoryEntry> kept = std::move(entries).value();
    if (kept.size() > kMaxFiles) {
      Note({Reason::kTooLarge, path + " has too many files"});
      kept.resize(kMaxFiles);
    }
    return kept;
  }

  std::optional<FileContents> Read(const std::string& path) {
    auto contents = files_.Read(path, kMaxTableBytes);
    if (contents) return std::move(contents).value();
    const Reason reason = contents.error().reason;
    const bool is_none = reason == Reason::kNotFound || reason == Reason::kBrokenLink ||
                         reason == Reason::kNotRegular;
    if (!is_none) Note(contents.error());
    return std::nullopt;
  }

  /// What cron holds against a system table: its owner, its mode, its last line, a line it cannot
  /// read.
  Obstacle ObstacleOfTable(const FileContents& contents, const CronTable& table,
                           CronForm form) const {
    if (form == CronForm::kSystem) {
      if ((contents.status.permissions & kWritableByOthers) != 0) {
        return {SchedulerState::kInactive, "cron passes over a table that others may write"};
      }
      if (superuser_ && contents.status.owner != *superuser_) {
        return {SchedulerState::kInactive, "cron passes over a table that is not root's"};
      }
    }
    const auto strict = [this](std::string why) -> Obstacle {
      if (host_.cron == CronDaemon::kOther) return {};
      return {
          host_.cron == CronDaemon::kDebian ? SchedulerState::kInactive : SchedulerState::kUnknown,
          std::move(why)};
    };
    if (!table.ends_in_newline)
      return strict("its last line has no end: Debian's cron drops the file");
    if (!table.faults.empty()) {
      return strict("line " + std::to_string(table.faults.front().line) +
                    " is no crontab: Debian's cron drops the whole file");
    }
    return {};
  }

  CommandContext ContextOf(const CronTable& table, const CronEntry& entry) const {
    CommandContext context{{}, kCronPath, PathOrigin::kUsual};
    for (std::size_t i = 0; i < entry.variables; ++i) {
      const auto& [name, value] = table.environment[i];
      if (name == "PATH") {
        context.search_path = value;
        context.path_origin = PathOrigin::kStated;
      }
      if (context.environment.size() < kMaxVariables) context.environment.emplace_back(name, value);
    }
    return context;
  }

  void ReadTable(const std::string& path, CronForm form, SchedulerKind kind, const Obstacle& name) {
    const std::optional<FileContents> contents = Read(path);
    if (!contents) return;
    const CronTable table = ParseCronTable(ToValidUtf8(contents->bytes), form);
    const Obstacle whole = ObstacleOfTable(*contents, table, form);
    AddLostLines(path, kind, table);
    for (const CronEntry& entry : table.entries) {
      if (entries_left_-- <= 0) {
        if (entries_left_ == -1) {
          Note({Reason::kTooLarge, "too many cron entries: not all were read"});
        }
        return;
      }
      CommandLookup lookup = commands_.Look(entry.command, ContextOf(table, entry));
      if (lookup.calls.empty()) continue;
      Scheduler scheduler;
      scheduler.kind = kind;
      scheduler.where = path;
      scheduler.set_up = contents->status.modified();
      scheduler.line = entry.line;
      scheduler.command_line = Shorten(entry.command, 1024);
      if (const auto gap = LongestGap(entry.times)) {
        scheduler.longest_period = *gap + lookup.random_delay;
      } else {
        scheduler.period_problem =
            entry.times.at_boot ? "it runs at boot only" : "its date never comes";
      }
      Obstacle time;
      if (!scheduler.longest_period) time = {SchedulerState::kInactive, scheduler.period_problem};
      Add(std::move(scheduler), std::move(lookup), {name, whole, time, daemon_});
    }
  }

  /// A line that speaks of certbot and is no crontab: every daemon drops it.
  void AddLostLines(const std::string& path, SchedulerKind kind, const CronTable& table) {
    for (const CronFault& fault : table.faults) {
      if (!MentionsCertbot(fault.text) || reading_.schedulers.size() >= kMaxSchedulers) continue;
      Scheduler scheduler;
      scheduler.kind = kind;
      scheduler.where = ToValidUtf8(path);
      scheduler.line = fault.line;
      scheduler.command_line = fault.text;
      scheduler.state = SchedulerState::kInactive;
      scheduler.why = "neither a cron entry nor a variable: cron passes over it";
      reading_.schedulers.push_back(std::move(scheduler));
    }
  }

  void ReadScripts(const std::string& period, SchedulerKind kind, std::chrono::seconds length) {
    for (const std::string& directory : {"/etc/cron." + period, "/etc/periodic/" + period}) {
      for (const DirectoryEntry& entry : List(directory)) {
        const std::string path = directory + '/' + entry.name;
        const CommandContext context{{}, kCrontabPath, PathOrigin::kUsual};
        CommandLookup lookup = commands_.LookIntoScript(path, context);
        if (lookup.calls.empty()) continue;
        Scheduler scheduler;
        scheduler.kind = kind;
        scheduler.where = path;
        scheduler.command_line = lookup.calls.front().command.text;
        scheduler.longest_period = length + lookup.random_delay;
        for (ScheduledCall& call : lookup.calls) call.script.clear();
        Obstacle mode;
        const auto status = files_.Status(path);
        if (status) scheduler.set_up = status->modified();
        if (status && (status->permissions & kAnyExecute) == 0) {
          mode = {SchedulerState::kInactive, "it is not executable"};
        }
        const bool by_anacron = host_.has_anacron && kind != SchedulerKind::kCronHourly;
        Add(std::move(scheduler), std::move(lookup),
            {ObstacleOfName(entry.name, host_), mode, by_anacron ? Obstacle{} : daemon_});
      }
    }
  }

  void ReadAnacron() {
    const std::optional<FileContents> contents = Read("/etc/anacrontab");
    if (!contents) return;
    const CommandContext context{{}, kCrontabPath, PathOrigin::kUsual};
    for (const AnacronEntry& entry : ParseAnacronTable(ToValidUtf8(contents->bytes))) {
      CommandLookup lookup = commands_.Look(entry.command, context);
      if (lookup.calls.empty()) continue;
      Scheduler scheduler;
      scheduler.kind = SchedulerKind::kAnacron;
      scheduler.where = "/etc/anacrontab";
      scheduler.set_up = contents->status.modified();
      scheduler.line = entry.line;
      scheduler.command_line = Shorten(entry.command, 1024);
      scheduler.longest_period = entry.period + lookup.random_delay;
      Obstacle none;
      if (!host_.has_anacron) {
        const bool visible = host_.cron != CronDaemon::kUnknown;
        none = {
            visible ? SchedulerState::kInactive : SchedulerState::kUnknown,
            visible ? "anacron is not installed" : "whether anacron is installed is not visible"};
      }
      Add(std::move(scheduler), std::move(lookup), {none});
    }
  }

  Obstacle ObstacleOfSystemd(const CommandLookup& lookup) const {
    if (!lookup.not_under_systemd || host_.systemd_runs == false) return {};
    if (host_.systemd_runs == true) {
      return {SchedulerState::kInactive, "it does nothing where systemd runs"};
    }
    return {SchedulerState::kUnknown,
            "it does nothing where systemd runs, and whether it does is not visible from here"};
  }

  /// Gives `scheduler` its state: what is certain comes before what is only not visible.
  void Add(Scheduler scheduler, CommandLookup lookup, std::vector<Obstacle> obstacles) {
    if (reading_.schedulers.size() >= kMaxSchedulers) return;
    const CallsState calls = StateOfCalls(lookup);
    obstacles.push_back({calls.state, calls.why});
    obstacles.push_back(ObstacleOfSystemd(lookup));
    Obstacle decisive;
    for (const Obstacle& obstacle : obstacles) {
      const bool certain = obstacle.state == SchedulerState::kInactive;
      if (obstacle.state == SchedulerState::kEnabled) continue;
      if (decisive.state == SchedulerState::kEnabled ||
          (certain && decisive.state == SchedulerState::kUnknown)) {
        decisive = obstacle;
      }
    }
    scheduler.where = ToValidUtf8(scheduler.where);
    scheduler.state = decisive.state;
    scheduler.why = ToValidUtf8(decisive.why);
    scheduler.calls = std::move(lookup.calls);
    reading_.schedulers.push_back(std::move(scheduler));
  }

  void Note(const Failure& failure) {
    if (reading_.failures.size() < 64) {
      reading_.failures.push_back({failure.reason, ToValidUtf8(failure.detail)});
    }
  }

  const FileSystem& files_;
  const Host& host_;
  UnitTree& units_;
  CommandLooker& commands_;
  Obstacle daemon_;
  std::optional<uid_t> superuser_;  // who owns /etc: root, but in a user namespace or a test's tree
  CronReading reading_;
  int entries_left_ = 20000;
};

}  // namespace

CronReading ReadCron(const FileSystem& files, const Host& host, UnitTree& units,
                     CommandLooker& commands) {
  return CronLook(files, host, units, commands).Take();
}

}  // namespace certhealth
