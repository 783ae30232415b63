// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "collectors/base/file_system.h"
#include "collectors/certbot/certbot_collector.h"
#include "tests/support/broken_file_system.h"
#include "tests/support/fake_clock.h"
#include "tests/support/lineage_tree.h"

namespace certhealth {

/// A CertbotCollector that looks at a LineageTree as at a whole machine. `on_pause` stands for what
/// certbot does while the collector waits.
class CertbotStand {
 public:
  explicit CertbotStand(const LineageTree& tree, CertbotOptions options = {})
      : files(MakePosixFileSystem(tree.root())),
        broken(*files),
        collector_({broken, clock, certificates,
                    [this](std::chrono::milliseconds pause) {
                      pauses.push_back(pause);
                      if (on_pause) on_pause();
                    }},
                   options.places.empty() ? WithPlace(std::move(options), tree.config_dir())
                                          : std::move(options)) {}

  CollectorRun Look() { return collector_.Look({}); }

  /// The one lineage of the next look.
  std::shared_ptr<const Bundle> LookAtOne() {
    const CollectorRun run = Look();
    EXPECT_EQ(run.bundles.size(), 1U);
    return run.bundles.empty() ? std::make_shared<const Bundle>() : run.bundles.front();
  }

  /// Lets the clock stand where the files are: they count as changed just now.
  void SetClockToFiles() { clock.Set(SystemClock().Now()); }

  std::unique_ptr<FileSystem> files;
  BrokenFileSystem broken;
  FakeClock clock;
  CertificateReader certificates;
  std::vector<std::chrono::milliseconds> pauses;
  std::function<void()> on_pause;

 private:
  static CertbotOptions WithPlace(CertbotOptions options, std::string config_dir) {
    options.places.push_back({std::move(config_dir), std::nullopt});
    return options;
  }

  CertbotCollector collector_;
};

/// The lineage of this label; a test that finds none has failed already.
inline std::shared_ptr<const Bundle> BundleNamed(const CollectorRun& run, const std::string& name) {
  for (const auto& bundle : run.bundles) {
    if (bundle->name == name) return bundle;
  }
  ADD_FAILURE() << "no lineage " << name;
  auto none = std::make_shared<Bundle>();
  none->lineage = std::make_shared<const Lineage>();
  return none;
}

/// Whether nothing of a swap shows: four good links to one version and nothing besides.
inline bool IsSettled(const Lineage& lineage) {
  for (const LineageLink& link : lineage.links) {
    if (link.state != LinkState::kGood || link.version != lineage.archive.newest) return false;
  }
  return lineage.previous_links == 0 && lineage.archive.newest == lineage.archive.newest_complete &&
         lineage.fullchain == FullchainState::kConsistent;
}

}  // namespace certhealth
