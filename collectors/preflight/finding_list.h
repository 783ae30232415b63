// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/preflight/preflight.h"

namespace certhealth {

/// Gathers what one check found about the names of one lineage: one finding for each problem, with
/// its worst outcome.
class FindingList {
 public:
  explicit FindingList(PreflightCheck check) : check_(check) {}

  /// `problem` has static storage.
  void Fails(std::string_view problem, std::string detail) {
    Add(PreflightOutcome::kFails, problem, std::move(detail));
  }
  void MayFail(std::string_view problem, std::string detail) {
    Add(PreflightOutcome::kMayFail, problem, std::move(detail));
  }
  void Unknown(std::string detail) { Add(PreflightOutcome::kUnknown, {}, std::move(detail)); }

  /// The findings; a single kPassed when nothing was added. The details of one problem are joined,
  /// those of the worst outcome first, the first few of them whole.
  std::vector<PreflightFinding> Take() &&;

 private:
  struct Entry {
    PreflightOutcome outcome;
    std::string_view problem;
    std::string detail;
  };

  void Add(PreflightOutcome outcome, std::string_view problem, std::string detail) {
    entries_.push_back({outcome, problem, std::move(detail)});
  }

  const PreflightCheck check_;
  std::vector<Entry> entries_;
};

}  // namespace certhealth
