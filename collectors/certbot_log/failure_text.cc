// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/failure_text.h"

#include <string>
#include <utility>

#include "collectors/certbot_log/log_text.h"
#include "collectors/certbot_log/run_settlement.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxMessageBytes = kMaxFailureTextBytes / 2;

/// A failure at the challenges comes before a certificate is saved, so beside it nothing was.
bool ComesBeforeSaving(RenewalFailure reason) {
  switch (reason) {
    case RenewalFailure::kPortTaken:
    case RenewalFailure::kUnauthorized:
    case RenewalFailure::kConnection:
    case RenewalFailure::kDns:
    case RenewalFailure::kCaa:
    case RenewalFailure::kRateLimited:
    case RenewalFailure::kWebroot:
    case RenewalFailure::kAccount:
      return true;
    default:
      return false;
  }
}

bool RemoveSuffix(std::string& text, std::string_view suffix) {
  if (!std::string_view(text).ends_with(suffix)) return false;
  text.resize(text.size() - suffix.size());
  return true;
}

}  // namespace

void TakeFailure(LineageResult& lineage, std::string_view text) {
  lineage.message = CleanText(text, kMaxMessageBytes);
  RemoveSuffix(lineage.message, ". Skipping.");  // until 1.10
  if (lineage.problems.empty()) lineage.problems = ProblemsIn(lineage.message);
  lineage.reason = ClassifyFailure(lineage.message, lineage.problems);
  if (!lineage.saved_version) return;
  if (ComesBeforeSaving(*lineage.reason)) return ForgetSaved(lineage);
  lineage.outcome = LineageOutcome::kRenewedNotDeployed;
  lineage.reason = RenewalFailure::kReloadFailed;
}

void TakeParseFailure(LineageResult& lineage, std::string_view text) {
  lineage.message = CleanText(text, kMaxMessageBytes);
  for (const std::string_view suffix :
       {". Skipping the file.", ". Skipping.", "\nSkipping.", "."}) {
    if (RemoveSuffix(lineage.message, suffix)) break;
  }
}

RunError ErrorOfRun(std::string_view text, const std::vector<AcmeProblem>& problems) {
  std::string message = CleanText(text, kMaxMessageBytes);
  const RenewalFailure reason = ClassifyFailure(message, problems);
  return {reason, std::move(message)};
}

std::optional<RunError> ErrorOfTraceback(std::string_view line,
                                         const std::vector<AcmeProblem>& problems) {
  if (line.empty() || line.starts_with("Traceback ")) return std::nullopt;
  const std::size_t colon = line.find(": ");
  return ErrorOfRun(colon == std::string_view::npos ? line : line.substr(colon + 2), problems);
}

}  // namespace certhealth
