// SPDX-License-Identifier: Apache-2.0
#include "exporter/renewal_histories.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace certhealth {
namespace {

/// Beyond this, a record was written when the clock was wrong.
constexpr std::chrono::hours kClockError{1};

const LineageHistory* LoggedHistory(const CertbotRoot& root, const Bundle& bundle) {
  if (root.history == nullptr) return nullptr;
  const auto found = root.history->lineages.find(bundle.lineage->name);
  return found == root.history->lineages.end() ? nullptr : &found->second;
}

using NameCounts = std::unordered_map<std::string_view, std::size_t>;

/// The names of a certificate, each once.
std::vector<std::string_view> NamesOf(const Certificate& certificate) {
  std::unordered_set<std::string_view> seen;
  std::vector<std::string_view> names;
  for (const auto* list : {&certificate.dns_names, &certificate.ip_addresses}) {
    for (const std::string& name : *list) {
      if (seen.insert(name).second) names.push_back(name);
    }
  }
  return names;
}

/// Whether the first name is there: so most lineages are passed over quickly.
bool FirstNameIsIn(const NameCounts& counts, const Certificate& certificate) {
  for (const auto* list : {&certificate.dns_names, &certificate.ip_addresses}) {
    if (!list->empty()) return counts.contains(list->front());
  }
  return false;
}

bool AreLeft(const NameCounts& counts, const std::vector<std::string_view>& names) {
  return std::ranges::all_of(names, [&counts](std::string_view name) {
    const auto found = counts.find(name);
    return found != counts.end() && found->second > 0;
  });
}

}  // namespace

RenewalHistories::RenewalHistories(const CollectorRun& run) : run_(run) {
  if (run.certbot == nullptr) return;
  for (std::size_t root = 0; root < run.certbot->roots.size(); ++root) {
    const auto& records = run.certbot->roots[root].hook_records;
    if (records == nullptr) continue;
    for (const HookRecord& failed_run : records->failed) Attribute(root, failed_run);
  }
}

std::shared_ptr<const LineageHistory> RenewalHistories::Of(const Bundle& bundle) const {
  if (bundle.lineage == nullptr || run_.certbot == nullptr) return nullptr;
  const CertbotRoot& root = run_.certbot->roots[bundle.lineage->root];
  const LineageHistory* const logged = LoggedHistory(root, bundle);
  HookTestimony hook;
  hook.renewed = Renewed(bundle);
  if (const auto found = failed_.find(&bundle); found != failed_.end()) hook.failed = found->second;
  if (auto joined = JoinHistory(logged, hook))
    return std::make_shared<const LineageHistory>(*std::move(joined));
  return {root.history, logged};  // shares the log's
}

void RenewalHistories::Attribute(std::size_t root, const HookRecord& failed_run) {
  if (IsOfTheFuture(failed_run)) return;
  NameCounts left;
  for (const std::string& name : failed_run.names) ++left[name];
  struct Candidate {
    const Bundle* bundle;
    std::vector<std::string_view> names;
  };
  std::vector<Candidate> candidates;
  for (const auto& bundle : run_.bundles) {
    if (bundle->lineage == nullptr || bundle->lineage->root != root) continue;
    const Certificate* const newest = bundle->lineage->newest.get();
    if (newest == nullptr || !FirstNameIsIn(left, *newest)) continue;
    if (!MayHaveFailed(*bundle, failed_run.at)) continue;
    candidates.push_back({bundle.get(), NamesOf(*newest)});
  }
  // Where lineages share names, the one that expires first was due; of two that expire together
  // the larger one, because the names that only it has are there too.
  std::ranges::stable_sort(candidates, [](const Candidate& one, const Candidate& other) {
    const auto key = [](const Candidate& candidate) {
      return std::pair(candidate.bundle->lineage->newest->not_after,
                       -static_cast<std::ptrdiff_t>(candidate.names.size()));
    };
    return key(one) < key(other);
  });
  for (const Candidate& candidate : candidates) {
    if (!AreLeft(left, candidate.names)) continue;
    for (const std::string_view name : candidate.names) --left[name];
    HookTestimony::Event event = EventOf(failed_run);
    const auto [known, is_new] = failed_.try_emplace(candidate.bundle, event);
    if (!is_new && known->second.at < event.at) known->second = event;
  }
}

/// Not without a conf, and not before its newest certificate: another renewal brought that one, or
/// a first issue. By the certificate's own date, which copying the file does not change.
bool RenewalHistories::MayHaveFailed(const Bundle& bundle, WallTime at) const {
  if (!bundle.lineage->has_conf || bundle.lineage->newest->not_before > at) return false;
  const auto renewed = Renewed(bundle);
  return !renewed || renewed->at <= at;
}

std::optional<HookTestimony::Event> RenewalHistories::Renewed(const Bundle& bundle) const {
  const auto& records = run_.certbot->roots[bundle.lineage->root].hook_records;
  if (records == nullptr) return std::nullopt;
  const auto found = records->renewed.find(bundle.lineage->name);
  if (found == records->renewed.end() || IsOfTheFuture(found->second)) return std::nullopt;
  // From 5.3 on certbot calls deploy hooks at a first issue too, which is no renewal; and what a
  // lineage of the same name went through before it was deleted is not this one's.
  const ArchiveVersions& archive = bundle.lineage->archive;
  if (archive.seen && archive.newest_complete < 2) return std::nullopt;
  return EventOf(found->second);
}

bool RenewalHistories::IsOfTheFuture(const HookRecord& record) const {
  return record.at > run_.finished + kClockError;
}

}  // namespace certhealth
