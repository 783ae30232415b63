// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <vector>

#include "collectors/collector.h"
#include "collectors/preflight/preflight_options.h"
#include "collectors/preflight/renewal_target.h"
#include "collectors/surroundings.h"

namespace certhealth {

/// Asks beyond this machine's files whether the next renewal of each certbot lineage will work, by
/// the checks that its options name. It goes by what the certbot collector saw last, asks by this
/// machine's own certificate names, its confs' ACME servers and its credentials' DNS servers only,
/// and writes nothing but a challenge file for a moment (ChallengeFile).
class PreflightCollector final : public Collector {
 public:
  PreflightCollector(const Surroundings& surroundings, PreflightOptions options)
      : surroundings_(surroundings), options_(std::move(options)) {}

  std::string_view name() const override { return "preflight"; }
  CollectorRun Look(const Snapshot& known) override;

 private:
  using Results = std::vector<std::vector<PreflightFinding>>;

  /// Clears the webroots of what a killed process left there.
  void Sweep(const std::vector<RenewalTarget>& targets) const;
  Results Examine(const Snapshot& known, const std::vector<RenewalTarget>& targets) const;
  /// Looks once more at what fails for certain, after a pause: what fails for a moment only is not
  /// told.
  void ExamineAgain(const Snapshot& known, const std::vector<RenewalTarget>& targets,
                    Results& results) const;
  std::chrono::milliseconds PauseBetween() const;

  const Surroundings surroundings_;
  const PreflightOptions options_;
};

}  // namespace certhealth
