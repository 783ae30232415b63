// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/endpoint/prober.h"
#include "exporter/http_message.h"
#include "exporter/probe/probe_module.h"
#include "exporter/report.h"

namespace certhealth {

/// Answers /probe. Each request is a probe of its own, in the thread that asks; no more than a
/// limit at once, so that slow targets cannot take all of the web front's workers. Thread-safe.
class ProbeDesk {
 public:
  /// `timeout` is of the modules without their own. `clock` outlives it.
  ProbeDesk(std::vector<ProbeModule> modules, std::chrono::milliseconds timeout, std::size_t limit,
            std::shared_ptr<Prober> prober, Policy policy, const Clock& clock)
      : modules_(std::move(modules)),
        timeout_(timeout),
        limit_(limit),
        prober_(std::move(prober)),
        policy_(std::move(policy)),
        clock_(clock) {}

  /// 200 with the page, whether the probe succeeds or not; 400 where the request is wrong, 403
  /// where no module allows the target, 503 where too many are in flight.
  HttpResponse Answer(const HttpRequest& request);

 private:
  class Seat;

  const std::vector<ProbeModule> modules_;
  const std::chrono::milliseconds timeout_;
  const std::size_t limit_;
  const std::shared_ptr<Prober> prober_;
  const Policy policy_;
  const Clock& clock_;
  std::atomic<std::size_t> in_flight_ = 0;
};

}  // namespace certhealth
