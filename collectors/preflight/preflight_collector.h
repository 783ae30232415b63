// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "collectors/collector.h"
#include "collectors/preflight/preflight_options.h"
#include "collectors/preflight/renewal_target.h"
#include "collectors/surroundings.h"

namespace certhealth {

/// Asks beyond this machine's files whether the next renewal of each certbot lineage will work, by
/// the checks that its options name. It goes by what the certbot collector saw last, asks by this
/// machine's own certificate names and its confs' ACME servers only, and writes nothing but a
/// challenge file for a moment (ChallengeFile).
class PreflightCollector final : public Collector {
 public:
  PreflightCollector(const Surroundings& surroundings, PreflightOptions options)
      : surroundings_(surroundings), options_(std::move(options)) {}

  std::string_view name() const override { return "preflight"; }
  CollectorRun Look(const Snapshot& known) override;

 private:
  /// Clears the webroots that have not been seen before of what a killed process left there.
  void Sweep(const std::vector<RenewalTarget>& targets);

  const Surroundings surroundings_;
  const PreflightOptions options_;
  std::set<std::string> swept_;  // webroots
};

}  // namespace certhealth
