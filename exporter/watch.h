// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "collectors/all.h"
#include "collectors/base/file_system.h"
#include "collectors/certificate_reader.h"
#include "collectors/collector.h"
#include "exporter/board.h"
#include "exporter/config.h"
#include "exporter/log.h"
#include "exporter/probe/probe_desk.h"

namespace certhealth {

/// One configuration at work: its collectors, each looking in a thread of its own so that one that
/// hangs (a dead NFS mount) holds up no other, and the board that they publish on.
class Watch {
 public:
  /// Starts looking. `clock` and `log` outlive it.
  Watch(const Config& config, const Clock& clock, const Log& log);
  /// Waits for the looks that are under way.
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  const Board& board() const { return *board_; }
  /// What answers /probe by this configuration.
  ProbeDesk& probes() { return *probes_; }

  /// Returns once each collector has looked, or after `longest`.
  void WaitForFirstLooks(std::chrono::milliseconds longest);

 private:
  void LookAgainAndAgain(const CollectorAtWork& at_work);
  CollectorRun LookOnce(Collector& collector);
  /// Waits for the first looks that `turn` goes by; false when it is to stop.
  bool AwaitTurn(Turn turn);

  const Clock& clock_;
  const Log& log_;
  const std::unique_ptr<FileSystem> files_;
  CertificateReader certificates_;
  std::vector<CollectorAtWork> collectors_;
  std::unique_ptr<Board> board_;
  std::unique_ptr<ProbeDesk> probes_;

  std::mutex mutex_;  // guards the next two
  bool stopping_ = false;
  std::size_t first_turn_left_ = 0;  // collectors of Turn::kFirst that have not looked yet
  std::condition_variable changed_;  // a look was published, or stopping_ was set
  std::vector<std::thread> threads_;
};

/// The collectors' part of a configuration.
CollectorSetup SetupOf(const Config& config, const Surroundings& surroundings);

/// What asks endpoints. `surroundings` outlives it.
std::shared_ptr<Prober> MakeProber(const Config& config, const Surroundings& surroundings);

/// The part of it about endpoints.
EndpointOptions EndpointOptionsOf(const Config& config);

/// The reporting part of it.
Policy PolicyOf(const Config& config);

}  // namespace certhealth
