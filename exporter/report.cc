// SPDX-License-Identifier: Apache-2.0
#include "exporter/report.h"

#include <algorithm>
#include <utility>

#include "exporter/judges/doubt.h"
#include "exporter/name_sets.h"
#include "exporter/renewal_histories.h"

namespace certhealth {
namespace {

bool IsIgnored(const ProblemKind& kind, const Policy& policy) {
  return std::ranges::find(policy.ignored_problems, kind.id) != policy.ignored_problems.end();
}

void Add(const ProblemKind& kind, std::optional<Finding> finding,
         std::vector<ActiveProblem>& problems) {
  if (!finding) return;
  problems.push_back({&kind, finding->severity, finding->next_renewal, std::move(finding->detail),
                      finding->remedy});
}

/// What the preflight checks found about `lineage` of `machine`, as long as it holds.
std::span<const PreflightFinding> PreflightOf(const Snapshot& snapshot, const Lineage* lineage,
                                              const CertbotMachine* machine, WallTime now) {
  if (lineage == nullptr || machine == nullptr || lineage->root >= machine->roots.size()) return {};
  for (const auto& run : snapshot.runs) {
    if (run->preflight == nullptr || now > run->preflight->valid_until) continue;
    const auto& found = run->preflight->lineages;
    const auto own = found.find({machine->roots[lineage->root].config_dir, lineage->name});
    if (own != found.end()) return own->second;
  }
  return {};
}

/// One look of one collector, and what of it is the same for all that was found in it.
struct Scene {
  const Snapshot& snapshot;
  const CollectorRun& run;
  const RenewalHistories& histories;
  const ClientState* client;  // null unless the run is certbot's
  const NameSets& name_sets;
  const ServedCertificates& served;
  const Policy& policy;
  WallTime now;
};

/// What an endpoint presents is judged as that, and not as a file would be.
bool Applies(const ProblemKind& kind, const Bundle& bundle) {
  return bundle.endpoint == nullptr || kind.group == ProblemGroup::kServed;
}

Verdict Judge(const Scene& scene, const std::shared_ptr<const Bundle>& bundle) {
  const CertbotMachine* const machine = scene.run.certbot.get();
  Verdict verdict;
  verdict.bundle = bundle;
  if (bundle->lineage != nullptr && machine != nullptr)
    verdict.plan = PlanRenewal(*bundle->lineage, *machine);
  verdict.history = scene.histories.Of(*bundle);
  if (bundle->endpoint != nullptr) {
    verdict.serves = scene.served.VersionOf(*bundle);
    const Certificate* leaf = verdict.leaf();
    const Bundle* on_disk = leaf == nullptr ? nullptr : scene.served.OnDisk(*leaf);
    if (on_disk != nullptr) verdict.chain_on_disk = on_disk->chain.size();
  }
  if (bundle->lineage != nullptr) verdict.served_at = scene.served.EndpointsOf(*bundle);
  const Case given{*bundle,
                   verdict.leaf(),
                   bundle->lineage.get(),
                   machine,
                   scene.name_sets,
                   scene.served,
                   verdict.plan,
                   verdict.history.get(),
                   scene.client,
                   scene.now,
                   PreflightOf(scene.snapshot, bundle->lineage.get(), machine, scene.now)};
  for (const ProblemKind& kind : Problems()) {
    if (kind.judge != nullptr && Applies(kind, *bundle) && !IsIgnored(kind, scene.policy))
      Add(kind, judges::WithDoubt(kind.id, kind.judge(given), given), verdict.problems);
  }
  return verdict;
}

/// The problems of certbot as a whole. What starts it, and how it runs, only matters where it has
/// something to renew.
std::vector<ActiveProblem> JudgeClient(const Scene& scene, std::span<const Verdict> verdicts) {
  std::vector<ActiveProblem> problems;
  if (std::ranges::none_of(verdicts, [](const Verdict& one) { return one.plan.enabled; }))
    return problems;
  const ClientCase given{*scene.run.certbot, *scene.client,
                         std::min(scene.now, scene.run.finished)};
  for (const ProblemKind& kind : Problems()) {
    if (kind.judge_client != nullptr && !IsIgnored(kind, scene.policy))
      Add(kind, kind.judge_client(given), problems);
  }
  return problems;
}

void Count(std::span<const ActiveProblem> problems, Report& report) {
  for (const ActiveProblem& problem : problems) {
    ++report.problems[static_cast<std::size_t>(problem.severity)];
    report.worst = std::max(report.worst, problem.severity);
  }
}

void AddRun(const Snapshot& snapshot, const CollectorRun& run, const NameSets& name_sets,
            const ServedCertificates& served, const Policy& policy, Report& report) {
  const bool has_client = run.certbot != nullptr && !run.certbot->roots.empty();
  const ClientState client = has_client ? DescribeClient(*run.certbot) : ClientState{};
  const RenewalHistories histories(run);
  const Scene scene{snapshot,  run,    histories, has_client ? &client : nullptr,
                    name_sets, served, policy,    report.now};
  const std::size_t first = report.verdicts.size();
  for (const auto& bundle : run.bundles) {
    report.verdicts.push_back(Judge(scene, bundle));
    Count(report.verdicts.back().problems, report);
  }
  if (!has_client) return;
  report.clients.push_back(
      {run.certbot, client, JudgeClient(scene, std::span(report.verdicts).subspan(first))});
  Count(report.clients.back().problems, report);
}

}  // namespace

Severity WorstOf(std::span<const ActiveProblem> problems) {
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
  const ServedCertificates served(*snapshot);
  for (const auto& run : snapshot->runs) AddRun(*snapshot, *run, name_sets, served, policy, report);
  std::ranges::stable_sort(report.verdicts, [](const Verdict& one, const Verdict& other) {
    return std::pair(NameOf(one.bundle->source), std::string_view(one.bundle->name)) <
           std::pair(NameOf(other.bundle->source), std::string_view(other.bundle->name));
  });
  report.snapshot = std::move(snapshot);
  return report;
}

}  // namespace certhealth
