// SPDX-License-Identifier: Apache-2.0
#include "exporter/report.h"

#include <algorithm>
#include <utility>

#include "exporter/name_sets.h"
#include "exporter/renewal_histories.h"

namespace certhealth {
namespace {

Verdict Judge(const std::shared_ptr<const Bundle>& bundle, const CertbotMachine* machine,
              const RenewalHistories& histories, const NameSets& name_sets, const Policy& policy,
              WallTime now) {
  Verdict verdict;
  verdict.bundle = bundle;
  if (bundle->lineage != nullptr && machine != nullptr)
    verdict.plan = PlanRenewal(*bundle->lineage, *machine);
  verdict.history = histories.Of(*bundle);
  const Case given{*bundle,   verdict.leaf(), bundle->lineage.get(), machine,
                   name_sets, verdict.plan,   verdict.history.get(), now};
  for (const ProblemKind& kind : Problems()) {
    if (std::ranges::find(policy.ignored_problems, kind.id) != policy.ignored_problems.end())
      continue;
    if (auto finding = kind.judge(given)) {
      verdict.problems.push_back(
          {&kind, finding->severity, finding->next_renewal, std::move(finding->detail)});
    }
  }
  return verdict;
}

}  // namespace

Severity Verdict::worst() const {
  Severity worst = Severity::kInfo;
  for (const ActiveProblem& problem : problems) worst = std::max(worst, problem.severity);
  return worst;
}

bool Verdict::has_next_renewal() const {
  if (bundle->lineage == nullptr || !bundle->lineage->has_conf) return false;
  const std::optional<Failure>& failure = bundle->lineage->conf_failure;
  // certbot may read what we may not, and reads what we find too large.
  return !failure ||
         (failure->reason != Reason::kPermissionDenied && failure->reason != Reason::kTooLarge);
}

std::optional<WallTime> Verdict::last_success() const {
  if (history != nullptr && history->last_success) return history->last_success;
  const Lineage* lineage = bundle->lineage.get();
  // A second version has come by a renewal, whenever its log was thrown away; and its own date is
  // not changed by copying the file, as the file's would be.
  if (lineage == nullptr || lineage->archive.newest_complete < 2 || lineage->newest == nullptr) {
    return std::nullopt;
  }
  return lineage->newest->not_before;
}

bool Verdict::next_renewal_ok() const {
  return std::ranges::none_of(problems, [](const ActiveProblem& problem) {
    return problem.next_renewal == NextRenewal::kFails;
  });
}

Report Evaluate(std::shared_ptr<const Snapshot> snapshot, const Policy& policy, WallTime now) {
  Report report;
  report.now = now;
  NameSets name_sets;
  for (const auto& run : snapshot->runs) {
    for (const auto& bundle : run->bundles) name_sets.Add(*bundle);
  }
  for (const auto& run : snapshot->runs) {
    const RenewalHistories histories(*run);
    for (const auto& bundle : run->bundles) {
      Verdict verdict = Judge(bundle, run->certbot.get(), histories, name_sets, policy, now);
      for (const ActiveProblem& problem : verdict.problems) {
        ++report.problems[static_cast<std::size_t>(problem.severity)];
        report.worst = std::max(report.worst, problem.severity);
      }
      report.verdicts.push_back(std::move(verdict));
    }
  }
  std::ranges::stable_sort(report.verdicts, [](const Verdict& one, const Verdict& other) {
    return std::pair(NameOf(one.bundle->source), std::string_view(one.bundle->name)) <
           std::pair(NameOf(other.bundle->source), std::string_view(other.bundle->name));
  });
  report.snapshot = std::move(snapshot);
  return report;
}

}  // namespace certhealth
