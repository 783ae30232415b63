// SPDX-License-Identifier: Apache-2.0
#include "exporter/joined_history.h"

#include <algorithm>
#include <chrono>

namespace certhealth {
namespace {

/// The log dates an attempt before the hook is called, and its last record may be some hooks old.
constexpr std::chrono::minutes kSameAttempt{3};
/// A process number comes up again, but not within a run's time.
constexpr std::chrono::hours kLongestRun{24};

/// Whether what happened at `at` happened in the run of `attempt`, or before.
bool IsOver(WallTime at, const RenewalAttempt& attempt) {
  return at <= std::max(attempt.at, attempt.run_ended) + kSameAttempt;
}

/// Until 4.1 no hook is told of failures; from then on certbot tells it of those of dry runs too.
bool WasDryRun(const HookTestimony::Event& failed, const LineageHistory& log) {
  return log.last_dry_run && failed.at >= log.last_dry_run->at - kSameAttempt &&
         IsOver(failed.at, *log.last_dry_run);
}

RenewalAttempt RenewedAttempt(const HookTestimony::Event& renewed) {
  RenewalAttempt attempt;
  attempt.at = attempt.run_ended = renewed.at;
  attempt.result.outcome = LineageOutcome::kRenewed;
  attempt.result.saved = renewed.at;
  return attempt;
}

RenewalAttempt FailedAttempt(const HookTestimony::Event& failed,
                             const std::optional<HookTestimony::Event>& renewed) {
  RenewalAttempt attempt;
  attempt.at = attempt.run_ended = failed.at;
  attempt.result.attempted = failed.at;
  // certbot calls the deploy hook when it has saved the certificate, then reloads the web server,
  // and counts the lineage as failed when that fails (main.py, renew_cert).
  if (renewed && renewed->run == failed.run && failed.at - renewed->at < kLongestRun) {
    attempt.result.outcome = LineageOutcome::kRenewedNotDeployed;
    attempt.result.reason = RenewalFailure::kReloadFailed;
    attempt.result.saved = renewed->at;
    attempt.result.message = "the hook saw it renewed and then fail; certbot's log says why";
  } else {
    attempt.result.outcome = LineageOutcome::kFailed;
    attempt.result.reason = RenewalFailure::kOther;
    attempt.result.message = "the hook saw it fail; certbot's log says why";
  }
  return attempt;
}

/// The last attempt that the hook has seen.
std::optional<RenewalAttempt> LastAttempt(const HookTestimony& hook) {
  if (hook.failed && (!hook.renewed || hook.failed->at >= hook.renewed->at))
    return FailedAttempt(*hook.failed, hook.renewed);
  if (hook.renewed) return RenewedAttempt(*hook.renewed);
  return std::nullopt;
}

}  // namespace

std::optional<LineageHistory> JoinHistory(const LineageHistory* log, const HookTestimony& hook) {
  LineageHistory joined = log == nullptr ? LineageHistory() : *log;
  HookTestimony seen = hook;
  if (seen.failed && WasDryRun(*seen.failed, joined)) seen.failed.reset();

  bool adds = false;
  if (auto attempt = LastAttempt(seen);
      attempt && !(joined.last_attempt && IsOver(attempt->at, *joined.last_attempt))) {
    if (attempt->result.outcome != LineageOutcome::kRenewed) joined.last_failure = attempt;
    joined.last_attempt = std::move(attempt);
    adds = true;
  }
  if (seen.renewed &&
      (!joined.last_success || seen.renewed->at > *joined.last_success + kSameAttempt)) {
    joined.last_success = seen.renewed->at;
    adds = true;
  }
  return adds ? std::optional(std::move(joined)) : std::nullopt;
}

}  // namespace certhealth
