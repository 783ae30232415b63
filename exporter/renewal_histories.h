// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_map>

#include "collectors/certbot/lineage.h"
#include "collectors/certbot/machine.h"
#include "collectors/snapshot.h"
#include "exporter/joined_history.h"

namespace certhealth {

/// What is known of the renewals of the lineages that one look found: by certbot's log, and by our
/// hook.
class RenewalHistories {
 public:
  /// `run` outlives this.
  explicit RenewalHistories(const CollectorRun& run);

  /// Of a bundle of the run; null when nothing is known.
  std::shared_ptr<const LineageHistory> Of(const Bundle& bundle) const;

 private:
  /// certbot tells the hook the names that failed, not the lineages: says which of those in `root`
  /// it means.
  void Attribute(std::size_t root, const HookRecord& failed_run);
  bool MayHaveFailed(const Bundle& bundle, WallTime at) const;
  std::optional<HookTestimony::Event> Renewed(const Bundle& bundle) const;
  HookTestimony::Event EventOf(const HookRecord& record) const { return {record.at, record.run}; }
  bool IsOfTheFuture(const HookRecord& record) const;

  const CollectorRun& run_;
  std::unordered_map<const Bundle*, HookTestimony::Event> failed_;
};

}  // namespace certhealth
