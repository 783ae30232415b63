// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/probe_schedule.h"

#include <algorithm>
#include <functional>

namespace certhealth {
namespace {

using std::chrono::milliseconds;

/// What serves nothing of a name is seldom going to.
constexpr milliseconds kUntilAskedInVain = std::chrono::hours{1};

/// A number from 0 to 1 that is the same for the same probe of the same endpoint, and as good as
/// chance between them (the mixing of SplitMix64).
double ShareOf(std::string_view name, std::uint32_t probe) {
  std::uint64_t bits = std::hash<std::string_view>{}(name) + 0x9E3779B97F4A7C15ULL * (probe + 1);
  bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBULL;
  bits ^= bits >> 31U;
  return static_cast<double>(bits >> 11U) / static_cast<double>(1ULL << 53U);
}

milliseconds Times(milliseconds span, double factor) {
  return milliseconds(static_cast<std::int64_t>(static_cast<double>(span.count()) * factor));
}

}  // namespace

bool ProbeSchedule::IsDue(std::string_view name, Moment now) const {
  const auto found = states_.find(std::string(name));
  return found == states_.end() || found->second.due <= now;
}

void ProbeSchedule::Settle(std::string_view name, ProbeOutcome outcome, milliseconds interval,
                           Moment now) {
  State& state = states_[std::string(name)];
  const double share = ShareOf(name, state.probes);
  const bool is_first = state.probes++ == 0;
  state.failures = outcome == ProbeOutcome::kFailed ? state.failures + 1 : 0;
  milliseconds wait =
      is_first ? Times(interval, 0.5 + share / 2) : Times(interval, 0.9 + share / 5);
  if (outcome == ProbeOutcome::kNotHere) {
    wait = Times(std::max(interval, kUntilAskedInVain), 0.9 + share / 5);
  } else if (state.failures == 1) {
    wait = Times(interval, 0.15 + share / 10);
  } else if (state.failures > 2) {
    wait *= 2;
  }
  state.due = now + wait;
}

void ProbeSchedule::KeepOnly(const std::unordered_set<std::string>& names) {
  std::erase_if(states_, [&](const auto& state) { return !names.contains(state.first); });
}

}  // namespace certhealth
