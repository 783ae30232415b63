// SPDX-License-Identifier: Apache-2.0
#include "exporter/client.h"

#include <algorithm>
#include <set>

namespace certhealth {
namespace {

using Call = CertbotCommandLine;

bool SameDirectory(const Call& one, const Call& other) {
  return !one.config_dir || !other.config_dir || one.config_dir == other.config_dir;
}

bool SharesALineage(const Call& one, const Call& other) {
  const RenewalReach reach = ReachOf(one);
  const RenewalReach other_reach = ReachOf(other);
  if (reach == RenewalReach::kNone || other_reach == RenewalReach::kNone) return false;
  if (reach == RenewalReach::kAll || other_reach == RenewalReach::kAll) return true;
  return std::ranges::find_first_of(one.cert_names, other.cert_names) != one.cert_names.end();
}

bool Covers(const Call& call, std::string_view name, std::string_view config_dir) {
  if (call.config_dir && *call.config_dir != config_dir) return false;
  switch (ReachOf(call)) {
    case RenewalReach::kAll:
      return true;
    case RenewalReach::kSome:
      return call.cert_names.empty() ||
             std::ranges::find(call.cert_names, name) != call.cert_names.end();
    case RenewalReach::kNone:
      break;
  }
  return false;
}

std::string Join(const std::set<std::string_view>& words, std::string_view separator) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

void AddSchedulers(const Schedule& schedule, ClientState& state) {
  bool all_seen = schedule.failures.empty();
  for (const Scheduler& scheduler : schedule.schedulers) {
    const std::optional<bool> counts = scheduler.counts();
    if (counts == true) state.schedulers.push_back(&scheduler);
    all_seen = all_seen && counts.has_value();
  }
  if (!state.schedulers.empty()) {
    state.scheduled = true;
  } else if (all_seen) {
    state.scheduled = false;
  }
}

void AddRoot(const CertbotRoot& root, ClientState& state) {
  if (!root.running_version.empty() &&
      std::ranges::find(state.versions, root.running_version) == state.versions.end()) {
    state.versions.push_back(root.running_version);
  }
  const auto note = [&state](WallTime ran) {
    state.last_ran = std::max(state.last_ran.value_or(WallTime::min()), ran);
  };
  if (root.last_asked) note(*root.last_asked);
  if (root.hook_records != nullptr) {
    for (const auto& [name, record] : root.hook_records->renewed) note(record.at);
    if (!root.hook_records->failed.empty()) note(root.hook_records->failed.front().at);
  }
  if (root.history == nullptr || root.history->last_renew_run == nullptr) return;
  const LogRun& run = *root.history->last_renew_run;
  note(run.start);
  if (state.last_run == nullptr || run.start > state.last_run->start) state.last_run = &run;
}

}  // namespace

ClientState DescribeClient(const CertbotMachine& machine) {
  ClientState state;
  AddSchedulers(machine.schedule, state);
  for (const CertbotRoot& root : machine.roots) AddRoot(root, state);
  return state;
}

bool Covers(const Scheduler& scheduler, std::string_view name, std::string_view config_dir) {
  return std::ranges::any_of(scheduler.calls, [&](const ScheduledCall& call) {
    return Covers(call.command, name, config_dir);
  });
}

bool Overlap(const Scheduler& one, const Scheduler& other) {
  for (const ScheduledCall& call : one.calls) {
    for (const ScheduledCall& other_call : other.calls) {
      if (SameDirectory(call.command, other_call.command) &&
          SharesALineage(call.command, other_call.command)) {
        return true;
      }
    }
  }
  return false;
}

std::string SchedulersPhrase(const ClientState& state, std::string_view separator) {
  if (state.scheduled == false) return "none";
  std::set<std::string_view> kinds;
  for (const Scheduler* scheduler : state.schedulers) kinds.insert(NameOf(scheduler->kind));
  return Join(kinds, separator);
}

std::string VersionsPhrase(const ClientState& state, std::string_view separator) {
  return Join(std::set(state.versions.begin(), state.versions.end()), separator);
}

std::string PlaceOf(const Scheduler& scheduler) {
  return scheduler.line == 0 ? scheduler.where
                             : scheduler.where + ", line " + std::to_string(scheduler.line);
}

}  // namespace certhealth
