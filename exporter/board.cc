// SPDX-License-Identifier: Apache-2.0
#include "exporter/board.h"

#include <algorithm>
#include <utility>

namespace certhealth {
namespace {

/// Lines about single problems that one look may log; a machine that breaks as a whole needs no
/// more.
constexpr std::size_t kMostChangesLogged = 50;

/// In the log, of problems that have no certificate's name.
const std::string kClientName = "certbot as a whole";

}  // namespace

Board::Board(std::vector<std::string_view> collectors, Policy policy, DnsNameSeries dns_names,
             const Clock& clock, const Log& log)
    : collectors_(std::move(collectors)),
      policy_(std::move(policy)),
      dns_names_(dns_names),
      clock_(clock),
      log_(log),
      runs_(collectors_.size()) {
  auto empty = std::make_shared<Published>();
  empty->snapshot = std::make_shared<const Snapshot>();
  empty->page = MetricsPage::Render(Report{empty->snapshot, {}, {}, {}, {}}, dns_names_, nullptr);
  latest_ = std::move(empty);
}

void Board::Publish(CollectorRun run) {
  const std::lock_guard publishing(publishing_);
  const auto place = std::ranges::find(collectors_, run.collector);
  if (place == collectors_.end()) return;
  runs_[static_cast<std::size_t>(place - collectors_.begin())] =
      std::make_shared<const CollectorRun>(std::move(run));

  auto snapshot = std::make_shared<Snapshot>();
  std::ranges::copy_if(runs_, std::back_inserter(snapshot->runs),
                       [](const auto& known) { return known != nullptr; });
  auto next = std::make_shared<Published>();
  next->complete = snapshot->runs.size() == runs_.size();
  next->snapshot = std::move(snapshot);
  const Report report = Evaluate(next->snapshot, policy_, clock_.Now());
  next->page = MetricsPage::Render(report, dns_names_, Latest()->page.get());
  LogChanges(report);

  const std::lock_guard lock(mutex_);
  latest_ = std::move(next);
}

std::shared_ptr<const Published> Board::Latest() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

Report Board::Judge() const { return Evaluate(Latest()->snapshot, policy_, clock_.Now()); }

void Board::LogChanges(const Report& report) {
  std::vector<std::string> active;
  std::size_t logged = 0;
  const auto note = [&](const std::string& name, const ActiveProblem& problem) {
    if (problem.severity == Severity::kInfo) return;  // there is nothing to do about it
    std::string key = name + "\n" + std::string(problem.kind->id);
    const bool is_new = !std::ranges::binary_search(active_problems_, key);
    if (is_new && logged++ < kMostChangesLogged) {
      log_.Warn("problem", {{"name", name},
                            {"problem", std::string(problem.kind->id)},
                            {"severity", std::string(NameOf(problem.severity))},
                            {"detail", problem.detail}});
    }
    active.push_back(std::move(key));
  };
  for (const Verdict& verdict : report.verdicts) {
    for (const ActiveProblem& problem : verdict.problems) note(verdict.bundle->name, problem);
  }
  for (const ClientVerdict& client : report.clients) {
    for (const ActiveProblem& problem : client.problems) note(kClientName, problem);
  }
  std::ranges::sort(active);
  for (const std::string& key : active_problems_) {
    if (std::ranges::binary_search(active, key) || logged++ >= kMostChangesLogged) continue;
    const std::size_t split = key.rfind('\n');
    log_.Info("problem cleared",
              {{"name", key.substr(0, split)}, {"problem", key.substr(split + 1)}});
  }
  if (logged > kMostChangesLogged) {
    log_.Warn("more problems changed than are logged", {{"changes", std::to_string(logged)}});
  }
  active_problems_ = std::move(active);
}

}  // namespace certhealth
