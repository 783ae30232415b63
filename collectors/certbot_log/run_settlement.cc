// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/run_settlement.h"

#include <algorithm>
#include <utility>

#include "collectors/certbot_log/failure_text.h"
#include "collectors/certbot_log/lineage_table.h"
#include "collectors/certbot_log/log_text.h"

namespace certhealth {
namespace {

class Settlement {
 public:
  Settlement(LogRun run, RunEvidence evidence, RunState state)
      : run_(std::move(run)), evidence_(std::move(evidence)), state_(state) {}

  LogRun Draw() && {
    SettleCommand();
    SettleCertonly();
    SettleEnd();
    for (std::size_t i = 0; i < run_.lineages.size(); ++i) {
      LineageResult& lineage = run_.lineages[i];
      if (evidence_.lineage == i && run_.end != RunEnd::kFinished) {
        SettleLast(lineage);
      } else {
        SettleOpen(lineage);
      }
    }
    BelieveTheList();
    BelieveTheCount();
    SettleDroppedNames();
    return std::move(run_);
  }

 private:
  void SettleCommand() {
    if (evidence_.is_renew) {
      run_.command = CertbotCommand::kRenew;
      // `renew` neither deletes nor issues, nor says that another command is done: a hook printed
      // what looks like it.
      run_.deleted.clear();
      run_.issued.clear();
      evidence_.is_done = false;
    } else if (!run_.deleted.empty()) {
      run_.command = CertbotCommand::kDelete;
    } else if (evidence_.is_one_certificate) {
      run_.command = CertbotCommand::kCertonly;
    }
    // A hook may print "Dry run"; what only a real run does weighs more.
    run_.dry_run = evidence_.dry_by_arguments || (evidence_.says_dry && !evidence_.says_real);
  }

  /// The error that ended certonly or `run` is that of its one lineage.
  void SettleCertonly() {
    if (run_.command != CertbotCommand::kCertonly || !run_.error) return;
    for (LineageResult& lineage : run_.lineages) {
      const bool was_saved = lineage.outcome == LineageOutcome::kRenewed && lineage.saved_version;
      if (was_saved && run_.error->reason != RenewalFailure::kInterrupted) Fail(lineage);
    }
    if (!evidence_.unnamed) return;
    // It failed before it was saved, which would have told its name.
    LineageResult lineage = *std::exchange(evidence_.unnamed, std::nullopt);
    Fail(lineage);
    run_.error->reason = *lineage.reason;
    lineage.name = run_.certificate_name;
    if (lineage.name.empty()) {
      if (!run_.domains.empty()) run_.unplaced = std::move(lineage);
    } else if (std::ranges::find(run_.lineages, lineage.name, &LineageResult::name) ==
               run_.lineages.end()) {
      run_.lineages.push_back(std::move(lineage));
    }
  }

  void Fail(LineageResult& lineage) const {
    lineage.outcome = LineageOutcome::kFailed;
    TakeFailure(lineage, run_.error->message);
  }

  void SettleEnd() {
    if (run_.failures || run_.error || evidence_.is_done || !run_.deleted.empty()) {
      run_.end = RunEnd::kFinished;
    } else {
      run_.end = state_ == RunState::kOver ? RunEnd::kKilled : RunEnd::kOpen;
    }
  }

  /// The lineage that certbot was at when the records broke off.
  void SettleLast(LineageResult& lineage) const {
    const bool undecided = lineage.outcome == LineageOutcome::kInProgress;
    if (state_ == RunState::kMayGoOn) {
      // What is saved may still fail to be deployed.
      if (undecided || lineage.outcome == LineageOutcome::kRenewed) {
        lineage.outcome = LineageOutcome::kInProgress;
      }
    } else if (undecided && lineage.attempted) {
      lineage.outcome = LineageOutcome::kInterrupted;
      lineage.reason = RenewalFailure::kInterrupted;
    } else {
      SettleOpen(lineage);
    }
  }

  /// A lineage that certbot has left, perhaps without a word about what came of it.
  void SettleOpen(LineageResult& lineage) const {
    if (lineage.outcome != LineageOutcome::kInProgress) return;
    lineage.outcome = LineageOutcome::kSkipped;
    if (!lineage.attempted) return;
    if (lineage.summary == SummaryVerdict::kSuccess) {
      lineage.outcome = LineageOutcome::kRenewed;
    } else if (run_.error) {
      lineage.outcome = LineageOutcome::kInterrupted;
      lineage.reason = RenewalFailure::kInterrupted;
    }
  }

  std::ptrdiff_t CountFailed() const {
    return std::ranges::count_if(
        run_.lineages, [](const LineageResult& lineage) { return IsFailure(lineage.outcome); });
  }

  /// By name only where the numbers disagree: the list names directories, and two confs may share
  /// one.
  void BelieveTheList() {
    if (evidence_.summary_failures <= CountFailed()) return;
    for (LineageResult& lineage : run_.lineages) {
      if (lineage.summary != SummaryVerdict::kFailure || IsFailure(lineage.outcome)) continue;
      lineage.outcome = LineageOutcome::kFailed;
      lineage.reason = RenewalFailure::kOther;
      if (!lineage.attempted) lineage.attempted = run_.last_record;
      ForgetSaved(lineage);
    }
  }

  /// More failures than are accounted for: a success that the list does not confirm may be one.
  void BelieveTheCount() {
    if (!run_.start_seen || !run_.failures || run_.failures->renew <= CountFailed()) return;
    for (LineageResult& lineage : run_.lineages) {
      if (lineage.outcome != LineageOutcome::kRenewed ||
          lineage.summary == SummaryVerdict::kSuccess) {
        continue;
      }
      lineage.outcome = LineageOutcome::kSkipped;
      ForgetSaved(lineage);
    }
  }

  void SettleDroppedNames() {
    for (LineageResult& lineage : run_.lineages) {
      const bool obtained = lineage.saved_version.has_value() ||
                            (run_.dry_run && lineage.outcome == LineageOutcome::kRenewed);
      if (!obtained) {
        lineage.dropped_names.clear();
        continue;
      }
      // Before 0.32 only the CA's words tell which names did not make it.
      for (const AcmeProblem& problem : lineage.problems) {
        AppendUnique(lineage.dropped_names, problem.identifier, kMaxDroppedNames);
      }
    }
  }

  LogRun run_;
  RunEvidence evidence_;
  RunState state_;
};

}  // namespace

LogRun Settle(LogRun run, RunEvidence evidence, RunState state) {
  return Settlement(std::move(run), std::move(evidence), state).Draw();
}

bool IsFailure(LineageOutcome outcome) {
  return outcome == LineageOutcome::kFailed || outcome == LineageOutcome::kRenewedNotDeployed;
}

void ForgetSaved(LineageResult& lineage) {
  lineage.saved_version.reset();
  lineage.saved.reset();
}

void AppendUnique(std::vector<std::string>& names, std::string_view name, std::size_t max) {
  const std::string clean = CleanText(name, LineageTable::kMaxNameBytes);
  if (clean.empty() || names.size() >= max || std::ranges::find(names, clean) != names.end()) {
    return;
  }
  names.push_back(clean);
}

}  // namespace certhealth
