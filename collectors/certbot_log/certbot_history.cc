// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/certbot_history.h"

#include <utility>

namespace certhealth {
namespace {

/// The lineage's entry; null when there are too many to remember a new one.
LineageHistory* EntryFor(CertbotHistory& history, const std::string& name) {
  const auto found = history.lineages.find(name);
  if (found != history.lineages.end()) return &found->second;
  if (history.lineages.size() >= CertbotHistory::kMaxLineages) return nullptr;
  return &history.lineages[name];
}

void AddResult(CertbotHistory& history, const LogRun& run, const LineageResult& result) {
  const bool is_attempt = IsAttempt(result.outcome);
  if (!is_attempt && !result.suggested_window) return;  // by far the most
  LineageHistory* const lineage = EntryFor(history, result.name);
  if (lineage == nullptr) return;
  if (result.suggested_window) {
    lineage->suggested_window = result.suggested_window;
    lineage->suggested_window_seen = run.start;
  }
  if (!is_attempt) return;
  const RenewalAttempt attempt{result.attempted.value_or(run.start), run.version, result,
                               run.last_record};
  if (run.dry_run) {
    lineage->last_dry_run = attempt;
    return;
  }
  if (result.saved) lineage->last_success = result.saved;
  if (result.outcome != LineageOutcome::kRenewed) lineage->last_failure = attempt;
  lineage->last_attempt = attempt;
}

void AddUnplaced(CertbotHistory& history, const LogRun& run) {
  if (!run.unplaced || run.dry_run) return;
  std::erase_if(history.unplaced, [&run](const UnplacedAttempt& unplaced) {
    return unplaced.domains == run.domains;
  });
  if (history.unplaced.size() >= CertbotHistory::kMaxUnplaced) {
    history.unplaced.erase(history.unplaced.begin());
  }
  history.unplaced.push_back(
      {run.domains, {run.unplaced->attempted.value_or(run.start), run.version, *run.unplaced}});
}

}  // namespace

void CertbotHistory::Add(LogRun run) {
  ++runs;
  if (!first_start) first_start = run.start;
  if (!run.version.empty()) {
    version = run.version;
    version_seen = run.start;
    if (!run.entry_point.empty()) entry_point = run.entry_point;
    if (!run.plugins.empty()) plugins = run.plugins;
  }
  // Another lineage by the same name: what the old one went through is not its history.
  for (const std::string& name : run.deleted) lineages.erase(name);
  for (const std::string& name : run.issued) lineages.erase(name);
  for (const LineageResult& result : run.lineages) AddResult(*this, run, result);
  AddUnplaced(*this, run);
  last_run = std::make_shared<const LogRun>(std::move(run));
  if (last_run->command == CertbotCommand::kRenew && !last_run->dry_run) last_renew_run = last_run;
}

}  // namespace certhealth
