// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/failure.h"
#include "collectors/bundle.h"

namespace certhealth {

struct CertbotMachine;
struct Preflight;

/// One look of one collector. Immutable once published.
struct CollectorRun {
  std::string_view collector;  // a name of the table of collectors; static storage
  WallTime finished{};
  std::chrono::duration<double> took{};
  std::vector<Failure>
      failures;  // what kept it from looking as a whole; single bad items are in their Bundles
  std::vector<std::shared_ptr<const Bundle>> bundles;  // sorted by name
  std::shared_ptr<const CertbotMachine> certbot;       // set by the certbot collector alone
  std::shared_ptr<const Preflight> preflight;          // set by the preflight collector alone
};

/// The latest look of every collector that has looked, in the order of the table of collectors.
/// What is in it was seen; nothing is carried over from looks before. Immutable.
struct Snapshot {
  std::vector<std::shared_ptr<const CollectorRun>> runs;
};

}  // namespace certhealth
