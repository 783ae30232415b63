// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/certbot_log/failure_reason.h"

namespace certhealth {

/// What a run did about one lineage, dry or real.
enum class LineageOutcome {
  kRenewed,  // saved and, as far as certbot knows, deployed; in a dry run: would have been
  kRenewedNotDeployed,  // saved, then the installer failed: the web server keeps the old one
  kNotDue,              // looked at, too early
  kSkipped,             // looked at, and the log does not say what came of it
  kFailed,
  kParseFailed,  // its renewal conf could not be used: no attempt
  kInterrupted,  // the run was killed while it was at this lineage
  kInProgress,   // the run is at it, as far as the log goes
};

/// "renewed_not_deployed".
std::string_view NameOf(LineageOutcome outcome);

/// What certbot's own summary at the end of the run says about a lineage (1.11+; failures 0.18+).
enum class SummaryVerdict { kSuccess, kFailure, kSkipped };

/// A hook that did not exit with 0. certbot goes on as if it had.
struct HookFailure {
  std::string
      hook;  // "pre-hook", "deploy-hook", "post-hook", "--manual-auth-hook"; empty if untold
  int exit_code = 0;  // 127: no such command, 126: not executable

  bool operator==(const HookFailure&) const = default;
};

/// When the CA suggests to renew (RFC 9773). Nothing on disk but the log tells this.
struct SuggestedWindow {
  std::string serial;  // of the certificate it is about, lower-case hex
  WallTime start{};
  WallTime end{};

  bool operator==(const SuggestedWindow&) const = default;
};

/// One lineage in one run. Texts are valid UTF-8 without control characters but newlines, and
/// short.
struct LineageResult {
  std::string name;
  LineageOutcome outcome = LineageOutcome::kSkipped;
  std::optional<WallTime> attempted;       // when certbot set about renewing it
  std::optional<int> saved_version;        // N of archive/NAME/fullchainN.pem
  std::optional<WallTime> saved;           // when that was written
  std::optional<RenewalFailure> reason;    // with every outcome that is a failure
  std::string message;                     // certbot's own error text, its lines apart by newlines
  std::vector<AcmeProblem> problems;       // at most 16
  std::vector<HookFailure> failed_hooks;   // pre, deploy and manual hooks of this lineage
  std::vector<std::string> dropped_names;  // allow_subset_of_names: not on the new certificate
  std::optional<SuggestedWindow> suggested_window;
  std::optional<SummaryVerdict> summary;

  bool operator==(const LineageResult&) const = default;
};

/// Whether `outcome` is a try to renew that has come to an end: what was not due, or could not be
/// parsed, is none.
bool IsAttempt(LineageOutcome outcome);

enum class CertbotCommand {
  kRenew,
  kCertonly,  // or `run`: one certificate, by name
  kDelete,
  kUnknown,  // another one, or the log does not tell
};

/// "renew", "certonly", "delete", "unknown".
std::string_view NameOf(CertbotCommand command);

enum class RunEnd {
  kFinished,  // certbot said how it ended
  kKilled,    // it did not, and another run follows
  kOpen,      // it has not yet: it is still running, or was killed
};

struct RunError {
  RenewalFailure reason = RenewalFailure::kOther;
  std::string message;

  bool operator==(const RunError&) const = default;
};

/// What certbot counted at the end of `renew`.
struct FailureCounts {
  int renew = 0;
  int parse = 0;

  bool operator==(const FailureCounts&) const = default;
};

/// One run of certbot, as its log tells it.
struct LogRun {
  WallTime start{};        // of its first record
  WallTime last_record{};  // of its newest record
  bool start_seen = true;  // false when the beginning has rotated away: the next six are empty
  std::string version;     // "2.1.0"
  std::string arguments;   // as logged, "['-q', '--dry-run']"; the command is never among them
  std::string certificate_name;      // --cert-name among them
  std::vector<std::string> domains;  // -d among them, as certbot takes them: lower case; sorted
  std::string entry_point;           // "/usr/bin/certbot" (1.11+)
  std::vector<std::string> plugins;  // as discovered, "nginx", "standalone"
  CertbotCommand command = CertbotCommand::kUnknown;
  RunEnd end = RunEnd::kOpen;
  bool dry_run = false;
  std::optional<FailureCounts> failures;  // `renew` only
  std::optional<RunError> error;          // what ended the run before its time
  std::vector<LineageResult> lineages;    // in the order certbot took them
  /// certonly without --cert-name that failed to renew: the lineage whose certificate has just
  /// `domains`. Its name is empty, because the log does not tell it.
  std::optional<LineageResult> unplaced;
  std::vector<std::string> issued;        // lineages that did not exist before
  std::vector<std::string> deleted;       // lineages that are no more
  std::vector<HookFailure> failed_hooks;  // that belong to no lineage: post hooks
  int unattributed_not_due = 0;           // "not due" without a name (before 1.10, and certonly)

  bool operator==(const LogRun&) const = default;
};

/// Whether certbot exited with 0; nothing where the log does not say.
std::optional<bool> Succeeded(const LogRun& run);

}  // namespace certhealth
