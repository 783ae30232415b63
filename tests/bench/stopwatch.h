// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace certhealth::bench {

/// Of the whole process.
inline double CpuMicroseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// What each thing measured took in each round, in microseconds of CPU. Ratios are taken within a
/// round, where both sides had the same neighbours on the machine; the median of all rounds is
/// told. Within a round the best of several measurements counts.
class Stopwatch {
 public:
  template <typename Work>
  void Measure(const std::string& name, Work work) {
    const double begin = CpuMicroseconds();
    work();
    Add(name, CpuMicroseconds() - begin);
  }
  void Add(const std::string& name, double spent) {
    std::vector<double>& rounds = spent_[name];
    if (rounds.size() == round_) {
      rounds.push_back(spent);
    } else {
      rounds.back() = std::min(rounds.back(), spent);
    }
  }
  void EndRound() { ++round_; }

  /// In the round under way.
  double Last(const std::string& name) const { return spent_.at(name).back(); }
  double Typical(const std::string& name) const { return Median(spent_.at(name)); }
  double Ratio(const std::string& name, const std::string& other) const {
    std::vector<double> ratios;
    for (std::size_t round = 0; round < round_; ++round) {
      ratios.push_back(spent_.at(name)[round] / spent_.at(other)[round]);
    }
    return Median(std::move(ratios));
  }

 private:
  static double Median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
  }

  std::map<std::string, std::vector<double>> spent_;
  std::size_t round_ = 0;
};

enum class Bound { kAtMost, kAtLeast };

/// Prints a ratio, what it should be, and whether it is. Returns whether it is.
inline bool TellGoal(const char* name, double ratio, Bound bound, double goal) {
  const bool met = bound == Bound::kAtMost ? ratio <= goal : ratio >= goal;
  std::printf("  %-40s %9.3f   goal: at %s %.2f: %s\n", name, ratio,
              bound == Bound::kAtMost ? "most" : "least", goal, met ? "met" : "not met");
  return met;
}

}  // namespace certhealth::bench
