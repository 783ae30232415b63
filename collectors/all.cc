// SPDX-License-Identifier: Apache-2.0
#include "collectors/all.h"

#include <array>

#include "collectors/files_collector.h"
#include "collectors/preflight/preflight_collector.h"

namespace certhealth {
namespace {

constexpr auto kCollectorKinds = std::to_array<CollectorKind>({
    {"certbot", "certbot's lineages: live/, archive/, renewal/, accounts/, and what the confs name",
     Turn::kFirst, &CollectorSetup::interval_files,
     [](const CollectorSetup& setup) -> std::unique_ptr<Collector> {
       return std::make_unique<CertbotCollector>(setup.surroundings, setup.certbot);
     }},
    {"files", "certificate files by glob (--files)", Turn::kFirst, &CollectorSetup::interval_files,
     [](const CollectorSetup& setup) -> std::unique_ptr<Collector> {
       if (setup.files.empty()) return nullptr;
       return std::make_unique<FilesCollector>(setup.surroundings, setup.files);
     }},
    {"preflight",
     "what the next renewals will meet at the DNS, the web server and the CA (--preflight)",
     Turn::kSecond, &CollectorSetup::interval_preflight,
     [](const CollectorSetup& setup) -> std::unique_ptr<Collector> {
       if (setup.preflight.checks.empty()) return nullptr;
       return std::make_unique<PreflightCollector>(setup.surroundings, setup.preflight);
     }},
});

}  // namespace

std::span<const CollectorKind> CollectorKinds() { return kCollectorKinds; }

std::vector<CollectorAtWork> MakeCollectors(const CollectorSetup& setup) {
  std::vector<CollectorAtWork> collectors;
  for (const CollectorKind& kind : CollectorKinds()) {
    if (auto collector = kind.make(setup))
      collectors.push_back({&kind, std::move(collector), setup.*kind.interval});
  }
  return collectors;
}

}  // namespace certhealth
