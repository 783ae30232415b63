// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/collector.h"
#include "collectors/endpoint/endpoint_options.h"
#include "collectors/endpoint/own_listeners.h"
#include "collectors/endpoint/probe_schedule.h"
#include "collectors/endpoint/prober.h"

namespace certhealth {

/// Asks the endpoints that the configuration names, and this machine's own listeners for the names
/// on its certificates, what they present. One look asks those that are due (ProbeSchedule), no
/// more than one at a time of one host, and of a host that let a probe run into its deadline no
/// other in this look. The others are told as they were last seen: Endpoint::probed says when.
///
/// A listener of this machine is an endpoint for a name when it presents a certificate that has the
/// name, or the version before of a certificate on disk. What else it may present - a default
/// certificate, an alert, no TLS at all - only tells that it does not serve that name: no Bundle.
/// Once it was an endpoint and its listener is still there, silence is a failure of it, and so is
/// an alert but for unrecognized_name, or STARTTLS no longer offered: a key that cannot be loaded.
class EndpointCollector final : public Collector {
 public:
  EndpointCollector(const Clock& clock, EndpointOptions options, ListenersLook listeners,
                    std::shared_ptr<Prober> prober);

  std::string_view name() const override { return "endpoints"; }
  CollectorRun Look(const Snapshot& known) override;

  /// How long to wait between two looks so that no endpoint is asked much later than it is due.
  static std::chrono::milliseconds LookInterval(const EndpointOptions& options);

 private:
  struct Wish {
    std::string name;
    std::string key;  // of its schedule and of what is known of it
    ProbeOrder order;
    AddressSeries addresses = AddressSeries::kTogether;
    std::chrono::milliseconds interval{};
    bool local = false;
  };
  using Bundles = std::vector<std::shared_ptr<const Bundle>>;

  std::vector<Wish> Wishes(const Snapshot& known, CollectorRun& run) const;
  void Ask(const std::vector<Wish>& due);
  bool CanWait(const Wish& wish) const;
  void Settle(const Wish& wish, std::vector<ProbeResult> results);
  Bundles Told(const Wish& wish, std::vector<ProbeResult> results) const;
  bool IsServedHere(const Wish& wish, const ProbeResult& result) const;

  const Clock& clock_;
  const EndpointOptions options_;
  const ListenersLook listeners_;
  const std::shared_ptr<Prober> prober_;
  ProbeSchedule schedule_;
  std::unordered_map<std::string, Bundles> told_;    // by key, as last seen
  std::unordered_set<std::string> served_here_;      // names of local endpoints that once answered
  std::unordered_set<std::string> versions_before_;  // SHA-256 in hexadecimal
};

}  // namespace certhealth
