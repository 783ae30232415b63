// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/last_renewal.h"

#include <string>

#include "exporter/judges/findings.h"
#include "exporter/phrases.h"
#include "exporter/remedy.h"

namespace certhealth::judges {
namespace {

const RenewalAttempt* LastAttempt(const Case& given) {
  if (given.lineage == nullptr || !given.lineage->has_conf || given.history == nullptr ||
      !given.history->last_attempt) {
    return nullptr;
  }
  return &*given.history->last_attempt;
}

/// The reason, and certbot's own first line where the reason alone says little.
std::string Why(const LineageResult& result) {
  std::string why(NameOf(result.reason.value_or(RenewalFailure::kOther)));
  if (!result.problems.empty()) {
    why += ": " + result.problems.front().detail;
  } else if (!result.message.empty()) {
    why += ": " + result.message.substr(0, result.message.find('\n'));
  }
  return why;
}

}  // namespace

std::optional<Finding> LastRenewalFailed(const Case& given) {
  const RenewalAttempt* attempt = LastAttempt(given);
  if (attempt == nullptr || attempt->result.outcome == LineageOutcome::kRenewed ||
      attempt->result.outcome == LineageOutcome::kRenewedNotDeployed) {
    return std::nullopt;
  }
  // certbot tries again at its next run, and what kept it from renewing may have been mended.
  Finding finding =
      Risk("the attempt of " + FormatMoment(attempt->at) + " failed, " + Why(attempt->result));
  finding.remedy = RemedyFor(attempt->result.reason.value_or(RenewalFailure::kOther));
  return finding;
}

std::optional<Finding> RenewedNotDeployed(const Case& given) {
  const RenewalAttempt* attempt = LastAttempt(given);
  if (attempt == nullptr || attempt->result.outcome != LineageOutcome::kRenewedNotDeployed)
    return std::nullopt;
  return Certain("renewed at " + FormatMoment(attempt->at) +
                 ", but the web server did not take the new one, " + Why(attempt->result));
}

std::optional<Finding> HookFailed(const Case& given) {
  const RenewalAttempt* attempt = LastAttempt(given);
  if (attempt == nullptr || attempt->result.failed_hooks.empty()) return std::nullopt;
  const HookFailure& failed = attempt->result.failed_hooks.front();
  return Risk((failed.hook.empty() ? std::string("a hook") : failed.hook) + " ended with code " +
              std::to_string(failed.exit_code) + " at " + FormatMoment(attempt->at) +
              "; certbot counts the renewal as a success all the same");
}

}  // namespace certhealth::judges
