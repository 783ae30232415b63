// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/failure.h"
#include "collectors/certbot_log/log_run.h"

namespace certhealth {

/// An attempt to renew a lineage, and the run it happened in.
struct RenewalAttempt {
  WallTime at{};
  std::string certbot_version;  // empty where the log does not tell
  LineageResult result;
  WallTime run_ended{};  // the newest record of the run, which may go on to other lineages

  bool operator==(const RenewalAttempt&) const = default;
};

/// What the logs know about one lineage. Absent: the logs do not say (any more).
struct LineageHistory {
  /// The last real attempt that has come to an end: IsAttempt() holds for its outcome. Not due, a
  /// conf that does not parse, a dry run and a first issue are no attempts.
  std::optional<RenewalAttempt> last_attempt;
  /// When a renewed certificate was last saved, deployed or not.
  std::optional<WallTime> last_success;
  /// The last attempt that failed, also when a later one did not.
  std::optional<RenewalAttempt> last_failure;
  /// The last dry run that got as far as this lineage.
  std::optional<RenewalAttempt> last_dry_run;
  /// The last order for this lineage's names, newer than `last_attempt` and than its newest
  /// certificate, that only the csr/ folder tells of (up to 2.2). It brought no certificate;
  /// whether it was an attempt to renew this lineage is likely, but not known.
  std::optional<WallTime> last_order;
  /// The CA's last word on when to renew (certbot 4.1+), and when it said so.
  std::optional<SuggestedWindow> suggested_window;
  std::optional<WallTime> suggested_window_seen;

  bool operator==(const LineageHistory&) const = default;
};

/// An attempt of certonly at the lineage whose certificate has just these names; the log does not
/// tell which that is.
struct UnplacedAttempt {
  std::vector<std::string> domains;  // sorted
  RenewalAttempt attempt;            // a failure; a success names its lineage

  bool operator==(const UnplacedAttempt&) const = default;
};

/// What all of certbot's logs say, as far as they are kept. Its size depends on the lineages, not
/// on the length of the history.
struct CertbotHistory {
  static constexpr std::size_t kMaxLineages = 100'000;
  static constexpr std::size_t kMaxUnplaced = 100;

  std::map<std::string, LineageHistory, std::less<>> lineages;
  std::vector<UnplacedAttempt> unplaced;         // the last of each set of names, oldest first
  std::optional<WallTime> first_start;           // of the oldest run
  std::shared_ptr<const LogRun> last_run;        // of any command, perhaps not over yet; or null
  std::shared_ptr<const LogRun> last_renew_run;  // of `certbot renew`, no dry run; or null
  std::string version;                           // of the newest run that tells it
  std::optional<WallTime> version_seen;
  std::string entry_point;           // as `version`
  std::vector<std::string> plugins;  // as `version`; sorted as certbot does
  std::size_t runs = 0;              // that were read

  /// Files that could not be read, one line each; a few of them.
  std::vector<Failure> unreadable;
  /// There was more than is ever read: the oldest part is missing.
  bool is_cut = false;

  /// Adds a run. Runs are added oldest first, in the order of the log, which is not always that of
  /// the clock.
  void Add(LogRun run);
};

}  // namespace certhealth
