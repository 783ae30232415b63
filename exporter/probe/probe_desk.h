// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/endpoint/prober.h"
#include "exporter/http_message.h"
#include "exporter/probe/probe_module.h"

namespace certhealth {

/// Answers /probe. Each request is a probe of its own, in the thread that asks; no more than a
/// limit at once, so that slow targets cannot take all of the web front's workers. Thread-safe.
class ProbeDesk {
 public:
  using MakeProber = std::function<std::unique_ptr<Prober>()>;

  /// `clock` outlives it. A prober is made for each probe that is in flight, and kept.
  ProbeDesk(std::vector<ProbeModule> modules, std::chrono::milliseconds timeout, std::size_t limit,
            MakeProber make_prober, const Clock& clock)
      : modules_(std::move(modules)),
        timeout_(timeout),
        limit_(limit),
        make_prober_(std::move(make_prober)),
        clock_(clock) {}

  /// 200 with the page, whether the probe succeeds or not; 400 where the request is wrong, 403
  /// where no module allows the target, 503 where too many are in flight.
  HttpResponse Answer(const HttpRequest& request);

 private:
  /// The right to one probe, and what makes it. Gives both back in the end, whatever is thrown.
  class Seat;

  bool TakeSeat();
  std::unique_ptr<Prober> TakeProber();
  void GiveBack(std::unique_ptr<Prober> prober);

  const std::vector<ProbeModule> modules_;
  const std::chrono::milliseconds timeout_;
  const std::size_t limit_;
  const MakeProber make_prober_;
  const Clock& clock_;

  std::mutex mutex_;  // guards what follows
  std::size_t in_flight_ = 0;
  std::vector<std::unique_ptr<Prober>> idle_;
};

}  // namespace certhealth
