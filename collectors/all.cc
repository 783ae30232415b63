// SPDX-License-Identifier: Apache-2.0
#include "collectors/all.h"

#include <array>

#include "collectors/endpoint/endpoint_collector.h"
#include "collectors/files_collector.h"
#include "collectors/preflight/preflight_collector.h"

namespace certhealth {
namespace {

std::chrono::milliseconds OfFiles(const CollectorSetup& setup) { return setup.interval_files; }

std::chrono::milliseconds OfEndpoints(const CollectorSetup& setup) {
  return EndpointCollector::LookInterval(setup.endpoints);
}

std::chrono::milliseconds OfPreflight(const CollectorSetup& setup) {
  return setup.interval_preflight;
}

constexpr auto kCollectorKinds = std::to_array<CollectorKind>({
    {"certbot", "certbot's lineages: live/, archive/, renewal/, accounts/, and what the confs name",
     Turn::kFirst, OfFiles,
     [](const CollectorSetup& setup) -> std::unique_ptr<Collector> {
       return std::make_unique<CertbotCollector>(setup.surroundings, setup.certbot);
     }},
    {"files", "certificate files by glob (--files)", Turn::kFirst, OfFiles,
     [](const CollectorSetup& setup) -> std::unique_ptr<Collector> {
       if (setup.files.empty()) return nullptr;
       return std::make_unique<FilesCollector>(setup.surroundings, setup.files);
     }},
    {"endpoints", "what TLS endpoints present: those configured, and this machine's listeners",
     Turn::kSecond, OfEndpoints,
     [](const CollectorSetup& setup) -> std::unique_ptr<Collector> {
       if (setup.endpoints.is_empty() || setup.prober == nullptr) return nullptr;
       return std::make_unique<EndpointCollector>(setup.surroundings.clock, setup.endpoints,
                                                  setup.listeners, setup.prober);
     }},
    {"preflight",
     "what the next renewals will meet at the DNS, the web server and the CA (--preflight)",
     Turn::kSecond, OfPreflight,
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
      collectors.push_back({&kind, std::move(collector), kind.interval(setup)});
  }
  return collectors;
}

}  // namespace certhealth
