// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/timers.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/schedule/on_calendar.h"
#include "collectors/schedule/text.h"
#include "collectors/schedule/time_span.h"

namespace certhealth {
namespace {

constexpr const char* kStampDirectory = "/var/lib/systemd/timers";
constexpr std::size_t kMaxSchedulers = 256;

// --- When a timer elapses ---

constexpr std::array<const char*, 2> kRepeatingKeys{"OnUnitActiveSec", "OnUnitInactiveSec"};
constexpr std::array<const char*, 3> kOnceKeys{"OnActiveSec", "OnBootSec", "OnStartupSec"};

/// The settings of [Timer] that make it elapse. An empty assignment to any of them forgets them
/// all.
std::vector<UnitSetting> Triggers(const UnitFile& file) {
  std::vector<UnitSetting> triggers;
  const auto is = [](const UnitSetting& setting, const auto& keys) {
    return std::ranges::any_of(keys, [&](const char* key) { return setting.key == key; });
  };
  for (const UnitSetting& setting : file.settings) {
    if (setting.section != "Timer") continue;
    if (setting.key != "OnCalendar" && !is(setting, kRepeatingKeys) && !is(setting, kOnceKeys))
      continue;
    if (setting.value.empty()) {
      triggers.clear();
    } else {
      triggers.push_back(setting);
    }
  }
  return triggers;
}

std::chrono::seconds RandomDelayOf(const UnitFile& file) {
  const auto fixed = file.Last("Timer", "FixedRandomDelay");
  if (fixed && IsUnitTrue(*fixed))
    return {};  // the same at every turn: moves it, does not stretch it
  const auto delay = file.Last("Timer", "RandomizedDelaySec");
  const auto span =
      delay ? ParseTimeSpan(*delay) : Result<std::chrono::seconds>(std::chrono::seconds(0));
  return span ? *span : std::chrono::seconds(0);
}

/// The longest time between two elapses.
Result<std::chrono::seconds> PeriodOf(const UnitFile& file) {
  std::vector<std::string> calendars;
  std::optional<std::chrono::seconds> shortest;
  std::optional<Failure> failure;
  for (const UnitSetting& trigger : Triggers(file)) {
    if (trigger.key == "OnCalendar") {
      calendars.push_back(trigger.value);
    } else if (std::ranges::find(kRepeatingKeys, trigger.key) != kRepeatingKeys.end()) {
      const auto span = ParseTimeSpan(trigger.value);
      if (!span) {
        failure = span.error();
      } else if (!shortest || *span < *shortest) {
        shortest = *span;
      }
    }
  }
  if (!calendars.empty()) {
    const auto gap = LongestGapOfCalendars(calendars);
    if (!gap) {
      failure = gap.error();
    } else if (!shortest || *gap < *shortest) {
      shortest = *gap;
    }
  }
  if (shortest) return *shortest + RandomDelayOf(file);
  if (failure) return *failure;
  return Failure{Reason::kBadText, "the timer elapses once after a boot"};
}

// --- Whether it does ---

/// The mtime of a persistent timer's stamp, which systemd makes when it first starts the timer and
/// touches at every elapse.
Result<FileStatus> StampOf(const FileSystem& files, const std::string& timer) {
  return files.Status(std::string(kStampDirectory) + "/stamp-" + timer);
}

/// When `timer` was last written or enabled, whichever is the later.
std::optional<WallTime> SetUp(const FileSystem& files, const UnitTree& units, const Unit& timer) {
  std::optional<WallTime> set_up;
  if (const auto file = files.Status(timer.path); file) set_up = file->modified();
  if (const auto link = units.EnabledBy(timer.name)) {
    const auto status = files.LinkStatus(*link);
    if (status) set_up = std::max(set_up.value_or(WallTime::min()), status->modified());
  }
  return set_up;
}

bool IsPersistent(const UnitFile& timer) {
  const auto persistent = timer.Last("Timer", "Persistent");
  return persistent && IsUnitTrue(*persistent) && !timer.List("Timer", "OnCalendar").empty();
}

void Set(SchedulerState state, std::string_view why, Scheduler& scheduler) {
  scheduler.state = state;
  scheduler.why = ToValidUtf8(why);
}

/// Sets the state of a timer: the first thing that stands in its way. What is certain comes before
/// what is only not visible.
void Decide(const FileSystem& files, const Host& host, const UnitTree& units, const Unit& timer,
            const Unit& service, const CommandLookup& lookup, Scheduler& scheduler) {
  if (timer.state == UnitState::kMasked)
    return Set(SchedulerState::kMasked, timer.problem, scheduler);
  const bool enabled = units.EnabledBy(timer.name).has_value();
  if (timer.state == UnitState::kMissing) {
    return Set(SchedulerState::kInactive, (enabled ? "enabled, but " : "") + timer.problem,
               scheduler);
  }
  if (timer.state == UnitState::kUnreadable)
    return Set(SchedulerState::kUnknown, timer.problem, scheduler);
  if (!enabled) {
    const auto vain = units.WantedInVainBy(timer.name);
    const std::string why = vain ? *vain + " is of a target that nothing reaches"
                                 : "no target wants it: systemctl enable --now " + timer.name;
    return Set(SchedulerState::kDisabled, why, scheduler);
  }
  if (Triggers(timer.file).empty()) {
    return Set(SchedulerState::kInactive, "it has no OnCalendar= left", scheduler);
  }
  if (service.state == UnitState::kMasked)
    return Set(SchedulerState::kMasked, service.problem, scheduler);
  if (service.state == UnitState::kMissing)
    return Set(SchedulerState::kInactive, service.problem, scheduler);
  if (service.state == UnitState::kUnreadable)
    return Set(SchedulerState::kUnknown, service.problem, scheduler);
  if (host.systemd_runs == false) {
    return Set(SchedulerState::kInactive, "systemd does not run here", scheduler);
  }
  const CallsState calls = StateOfCalls(lookup);
  if (calls.state == SchedulerState::kInactive) return Set(calls.state, calls.why, scheduler);
  if (host.systemd_runs == true && IsPersistent(timer.file)) {
    const auto stamp = StampOf(files, timer.name);
    const bool never = !stamp && stamp.error().reason == Reason::kNotFound;
    if (never && files.Status(kStampDirectory)) {
      return Set(SchedulerState::kInactive,
                 "enabled, but never started: systemctl start " + timer.name, scheduler);
    }
  }
  if (!host.systemd_runs) {
    return Set(SchedulerState::kUnknown, "whether systemd runs is not visible from here",
               scheduler);
  }
  Set(calls.state, calls.why, scheduler);
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string joined;
  for (const std::string& line : lines) {
    if (!joined.empty()) joined += "; ";
    joined += line;
    if (joined.size() > 1024) break;
  }
  return Shorten(joined, 1024);
}

CommandLookup LookAtService(const Unit& service, CommandLooker& commands) {
  CommandLookup lookup;
  const CommandContext context = commands.ContextOf(service);
  for (const std::string& line : commands.CommandLines(service)) {
    CommandLookup more = commands.Look(line, context);
    std::ranges::move(more.calls, std::back_inserter(lookup.calls));
    std::ranges::move(more.missing_requirements, std::back_inserter(lookup.missing_requirements));
    lookup.random_delay += more.random_delay;
  }
  return lookup;
}

SchedulerKind KindOf(std::string_view unit) {
  return unit.starts_with("snap.") ? SchedulerKind::kSnap : SchedulerKind::kSystemd;
}

/// A service that calls certbot without a timer: started at boot, perhaps to loop for ever.
std::optional<Scheduler> ReadLoneService(const Host& host, const UnitTree& units,
                                         const Unit& service, CommandLooker& commands) {
  const auto enabled_by = units.EnabledBy(service.name);
  if (service.state != UnitState::kLoaded || !enabled_by) return std::nullopt;
  CommandLookup lookup = LookAtService(service, commands);
  if (lookup.calls.empty()) return std::nullopt;
  Scheduler scheduler;
  scheduler.where = ToValidUtf8(service.path);
  scheduler.command_line = Joined(commands.CommandLines(service));
  scheduler.period_problem = "a service without a timer";
  const CallsState calls = StateOfCalls(lookup);
  scheduler.calls = std::move(lookup.calls);
  const bool oneshot = service.file.Last("Service", "Type") == "oneshot";
  if (host.systemd_runs == false) {
    Set(SchedulerState::kInactive, "systemd does not run here", scheduler);
  } else if (calls.state == SchedulerState::kInactive) {
    Set(calls.state, calls.why, scheduler);
  } else if (oneshot) {
    Set(SchedulerState::kInactive, "it runs once at boot: no timer starts it again", scheduler);
  } else {
    Set(SchedulerState::kUnknown, "a service without a timer: when it calls certbot is not known",
        scheduler);
  }
  return scheduler;
}

}  // namespace

CallsState StateOfCalls(const CommandLookup& lookup) {
  for (const Program& program : lookup.missing_requirements) {
    if (program.state != ProgramState::kUnknown) return {SchedulerState::kInactive, program.why};
  }
  if (lookup.calls.empty()) {
    return {SchedulerState::kUnknown, "no call of certbot was found in what it runs"};
  }
  CallsState state{SchedulerState::kInactive, {}};
  for (const ScheduledCall& call : lookup.calls) {
    if (ReachOf(call.command) == RenewalReach::kNone) {
      if (state.state == SchedulerState::kInactive) {
        state.why = call.command.dry_run ? "--dry-run renews nothing"
                                         : "'" + call.command.text + "' renews nothing";
      }
    } else if (call.program.state == ProgramState::kExecutable && !call.command.runs_elsewhere) {
      return {SchedulerState::kEnabled, {}};
    } else if (call.program.state == ProgramState::kExecutable ||
               call.program.state == ProgramState::kUnknown) {
      state = {SchedulerState::kUnknown, call.command.runs_elsewhere
                                             ? "certbot runs elsewhere: " + call.command.text
                                             : call.program.why};
    } else if (state.state == SchedulerState::kInactive) {
      state.why = call.program.why;
    }
  }
  return state;
}

std::vector<Scheduler> ReadTimers(const FileSystem& files, const Host& host, UnitTree& units,
                                  CommandLooker& commands) {
  std::vector<Scheduler> schedulers;
  std::set<std::string> started;  // services that a timer starts
  for (const std::string& name : units.Timers()) {
    const Unit timer = units.Load(name);
    const std::string default_service = name.substr(0, name.rfind('.')) + ".service";
    const std::string service_name = timer.file.Last("Timer", "Unit").value_or(default_service);
    if (!service_name.ends_with(".service")) continue;
    const Unit service = units.Load(service_name);
    started.insert(service_name);
    CommandLookup lookup = LookAtService(service, commands);
    if (lookup.calls.empty() && !MentionsCertbot(name)) continue;
    if (schedulers.size() == kMaxSchedulers) break;
    Scheduler scheduler;
    scheduler.kind = KindOf(name);
    scheduler.where =
        ToValidUtf8(timer.path.empty() ? units.EnabledBy(name).value_or(name) : timer.path);
    scheduler.command_line = Joined(commands.CommandLines(service));
    Decide(files, host, units, timer, service, lookup, scheduler);
    const auto period = PeriodOf(timer.file);
    if (period) {
      scheduler.longest_period = *period + lookup.random_delay;
    } else {
      scheduler.period_problem = period.error().detail;
    }
    if (const auto stamp = StampOf(files, name); stamp && IsPersistent(timer.file)) {
      scheduler.last_trigger = stamp->modified();
    }
    scheduler.set_up = SetUp(files, units, timer);
    scheduler.calls = std::move(lookup.calls);
    schedulers.push_back(std::move(scheduler));
  }
  for (const std::string& name : units.OwnServices()) {
    if (started.contains(name) || schedulers.size() == kMaxSchedulers) continue;
    if (auto scheduler = ReadLoneService(host, units, units.Load(name), commands)) {
      schedulers.push_back(std::move(*scheduler));
    }
  }
  return schedulers;
}

}  // namespace certhealth
