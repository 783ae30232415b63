// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/log_run.h"

namespace certhealth {

std::string_view NameOf(LineageOutcome outcome) {
  switch (outcome) {
    case LineageOutcome::kRenewed:
      return "renewed";
    case LineageOutcome::kRenewedNotDeployed:
      return "renewed_not_deployed";
    case LineageOutcome::kNotDue:
      return "not_due";
    case LineageOutcome::kSkipped:
      return "skipped";
    case LineageOutcome::kFailed:
      return "failed";
    case LineageOutcome::kParseFailed:
      return "parse_failed";
    case LineageOutcome::kInterrupted:
      return "interrupted";
    case LineageOutcome::kInProgress:
      return "in_progress";
  }
  return "skipped";
}

std::string_view NameOf(CertbotCommand command) {
  switch (command) {
    case CertbotCommand::kRenew:
      return "renew";
    case CertbotCommand::kCertonly:
      return "certonly";
    case CertbotCommand::kDelete:
      return "delete";
    case CertbotCommand::kUnknown:
      return "unknown";
  }
  return "unknown";
}

bool IsAttempt(LineageOutcome outcome) {
  return outcome == LineageOutcome::kRenewed || outcome == LineageOutcome::kRenewedNotDeployed ||
         outcome == LineageOutcome::kFailed || outcome == LineageOutcome::kInterrupted;
}

std::optional<bool> Succeeded(const LogRun& run) {
  if (run.error) return false;
  if (run.failures) return run.failures->renew == 0 && run.failures->parse == 0;
  if (run.end == RunEnd::kFinished) return true;
  if (run.end == RunEnd::kKilled && run.command == CertbotCommand::kRenew) return false;
  return std::nullopt;
}

}  // namespace certhealth
