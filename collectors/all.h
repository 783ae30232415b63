// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/certbot/certbot_collector.h"
#include "collectors/collector.h"

namespace certhealth {

/// What the configuration asks of the collectors.
struct CollectorSetup {
  Surroundings surroundings;
  CertbotOptions certbot;
  std::vector<std::string> files;  // globs
};

/// One row of the table of collectors.
struct CollectorKind {
  std::string_view name;  // the label value
  std::string_view help;
  std::unique_ptr<Collector> (*make)(
      const CollectorSetup&);  // null when the setup asks nothing of it
};

/// The table, in the order in which its looks are told.
std::span<const CollectorKind> CollectorKinds();

/// The collectors that `setup` asks for. What it refers to outlives them.
std::vector<std::unique_ptr<Collector>> MakeCollectors(const CollectorSetup& setup);

}  // namespace certhealth
