// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace certhealth {

/// What came of a probe, for when to ask again.
enum class ProbeOutcome {
  kAnswered,
  kFailed,
  kNotHere,  // a listener of this machine that serves nothing of that name
};

/// When each endpoint is asked again. What is new is due at once; after its first answer an
/// endpoint comes again between half and the whole of its interval later, so that those that began
/// together spread; from then on at its interval, give or take a tenth. After a failure it is asked
/// again sooner, once; if it goes on failing, at its interval, then at twice that. Pure: time and
/// chance come from the caller's moments and the names alone.
class ProbeSchedule {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  bool IsDue(std::string_view name, Moment now) const;

  /// Notes the end of a probe at `now`.
  void Settle(std::string_view name, ProbeOutcome outcome, std::chrono::milliseconds interval,
              Moment now);

  /// Forgets every name that is not among `names`.
  void KeepOnly(const std::unordered_set<std::string>& names);

  std::size_t size() const { return states_.size(); }

 private:
  struct State {
    Moment due;
    std::uint32_t probes = 0;
    std::uint32_t failures = 0;  // in a row
  };
  std::unordered_map<std::string, State> states_;
};

}  // namespace certhealth
