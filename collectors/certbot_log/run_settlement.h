// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/certbot_log/log_run.h"

namespace certhealth {

/// Whether records may still be added to a run.
enum class RunState { kMayGoOn, kOver };

/// What the records of a run have shown beside what LogRun holds.
struct RunEvidence {
  bool dry_by_arguments = false;         // --dry-run
  bool says_dry = false;                 // words of a dry run; a hook may print them too
  bool says_real = false;                // something that a dry run does not do
  bool is_renew = false;                 // words that only `renew` has
  bool is_one_certificate = false;       // words of certonly and `run`, some of `renew` too
  bool is_done = false;                  // another command than `renew` said that it ended well
  int summary_failures = 0;              // entries in certbot's own list of failures
  std::optional<std::size_t> lineage;    // the one that certbot was at, when the records ended
  std::optional<LineageResult> unnamed;  // the same, if no record told its name
};

/// Draws the conclusions from a run's records: its command, how it ended, and what became of each
/// lineage. certbot's own list and count of failures have the last word over single records.
LogRun Settle(LogRun run, RunEvidence evidence, RunState state);

/// A renewal that failed, before or after its certificate was saved.
bool IsFailure(LineageOutcome outcome);

/// The certificate was not saved after all.
void ForgetSaved(LineageResult& lineage);

/// Adds `name`, clean and once, while there are fewer than `max`.
void AppendUnique(std::vector<std::string>& names, std::string_view name, std::size_t max);

/// A certificate has at most as many names.
inline constexpr std::size_t kMaxDroppedNames = 100;

}  // namespace certhealth
