// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectors/certbot/machine.h"
#include "collectors/snapshot.h"
#include "exporter/problem.h"
#include "exporter/renewal_plan.h"
#include "exporter/served.h"

namespace certhealth {

struct ActiveProblem {
  const ProblemKind* kind = nullptr;  // a row of the table: static storage
  Severity severity = Severity::kWarning;
  NextRenewal next_renewal = NextRenewal::kMayWork;
  std::string detail;
  std::string_view remedy = {};  // of this one, before the table's advice; static storage
};

/// The worst severity among `problems`; kInfo when there are none.
Severity WorstOf(std::span<const ActiveProblem> problems);

/// One Bundle and what is to be said of it.
struct Verdict {
  std::shared_ptr<const Bundle> bundle;
  RenewalPlan plan;
  std::shared_ptr<const LineageHistory> history;  // null when neither log nor hook speaks of it
  std::vector<ActiveProblem> problems;            // in the order of the table
  /// Of an endpoint that presents a certificate of this machine: how many are in its chain on disk.
  std::optional<std::size_t> chain_on_disk;
  std::optional<ServedVersion> serves;  // of an endpoint: the lineage on this machine's disk
  std::vector<ServedAt> served_at;      // of a lineage: the endpoints that present it

  Severity worst() const { return WorstOf(problems); }
  /// Whether a conf exists whose next renewal can be foreseen at all.
  bool has_next_renewal() const;
  bool next_renewal_ok() const;
  /// When a renewal last succeeded: by the log, or by the archive where the log no longer tells.
  std::optional<WallTime> last_success() const;
  const Certificate* leaf() const {
    return bundle->chain.empty() ? nullptr : bundle->chain.front().get();
  }
};

/// certbot as a whole, and what is to be said of it.
struct ClientVerdict {
  std::shared_ptr<const CertbotMachine> machine;
  ClientState state;                    // points into `machine`
  std::vector<ActiveProblem> problems;  // in the order of the table
};

/// What to leave out of a judgement.
struct Policy {
  std::vector<std::string> ignored_problems;  // ids

  bool operator==(const Policy&) const = default;
};

/// A Snapshot judged at one moment. Every output is a pure function of this. Immutable.
struct Report {
  std::shared_ptr<const Snapshot> snapshot;
  WallTime now{};
  std::vector<Verdict> verdicts;          // sorted by source, then name
  std::vector<ClientVerdict> clients;     // one, where certbot was looked for and found
  std::array<std::size_t, 3> problems{};  // how many, by Severity
  Severity worst = Severity::kInfo;
};

/// Judges `snapshot` as of `now`. Pure.
Report Evaluate(std::shared_ptr<const Snapshot> snapshot, const Policy& policy, WallTime now);

}  // namespace certhealth
