// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/snapshot.h"
#include "exporter/log.h"
#include "exporter/metrics_page.h"
#include "exporter/report.h"

namespace certhealth {

/// What there is to be served. Immutable.
struct Published {
  std::shared_ptr<const Snapshot> snapshot;
  std::shared_ptr<const MetricsPage> page;
  bool complete = false;  // each collector has looked at least once
};

/// Where collectors put what they have seen, and the web front takes what it serves. Thread-safe;
/// readers never wait for a look, nor for a rendering.
class Board {
 public:
  /// `collectors` are the names of all that will publish, in the order of the table. `clock` and
  /// `log` outlive it.
  Board(std::vector<std::string_view> collectors, Policy policy, DnsNameSeries dns_names,
        const Clock& clock, const Log& log);

  /// Takes a look in the place of the same collector's last one, judges everything anew and renders
  /// the page. Logs what appeared and what cleared.
  void Publish(CollectorRun run);

  /// Never null.
  std::shared_ptr<const Published> Latest() const;

  /// Latest().snapshot as judged now.
  Report Judge() const;

 private:
  void LogChanges(const Report& report);

  const std::vector<std::string_view> collectors_;
  const Policy policy_;
  const DnsNameSeries dns_names_;
  const Clock& clock_;
  const Log& log_;

  std::mutex publishing_;  // held while a page is rendered; guards the next two
  std::vector<std::shared_ptr<const CollectorRun>> runs_;
  std::vector<std::string> active_problems_;  // "NAME\nID", sorted

  mutable std::mutex mutex_;  // guards the next one; held for no longer than a copy
  std::shared_ptr<const Published> latest_;
};

}  // namespace certhealth
