// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/certbot/certbot_collector.h"
#include "collectors/collector.h"
#include "collectors/endpoint/endpoint_options.h"
#include "collectors/endpoint/own_listeners.h"
#include "collectors/endpoint/prober.h"
#include "collectors/preflight/preflight_options.h"

namespace certhealth {

/// What the configuration asks of the collectors.
struct CollectorSetup {
  Surroundings surroundings;
  CertbotOptions certbot;
  std::vector<std::string> files;  // globs
  std::chrono::milliseconds interval_files{};
  EndpointOptions endpoints{};
  ListenersLook listeners{};         // of this machine; empty: they cannot be asked
  std::shared_ptr<Prober> prober{};  // null: no endpoint is asked
  PreflightOptions preflight{};
  std::chrono::milliseconds interval_preflight{};
};

/// When a collector looks for the first time: at once, or after all of the first turn have looked,
/// because it goes by what they saw.
enum class Turn { kFirst, kSecond };

/// One row of the table of collectors.
struct CollectorKind {
  std::string_view name;  // the label value
  std::string_view help;
  Turn turn;
  /// From the end of one look to the next.
  std::chrono::milliseconds (*interval)(const CollectorSetup&);
  std::unique_ptr<Collector> (*make)(
      const CollectorSetup&);  // null when the setup asks nothing of it
};

/// The table, in the order in which its looks are told.
std::span<const CollectorKind> CollectorKinds();

/// A collector that the setup asks for.
struct CollectorAtWork {
  const CollectorKind* kind = nullptr;  // a row of the table: static storage
  std::unique_ptr<Collector> collector;
  std::chrono::milliseconds interval{};
};

/// The collectors that `setup` asks for, in the order of the table. What it refers to outlives
/// them.
std::vector<CollectorAtWork> MakeCollectors(const CollectorSetup& setup);

}  // namespace certhealth
