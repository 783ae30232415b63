// SPDX-License-Identifier: Apache-2.0
#include "exporter/probe/probe_command.h"

#include <unistd.h>

#include <iostream>
#include <utility>

#include "collectors/base/file_system.h"
#include "collectors/certificate_reader.h"
#include "collectors/endpoint/endpoint_collector.h"
#include "collectors/endpoint/endpoint_url.h"
#include "exporter/watch.h"

namespace certhealth {
namespace {

constexpr int kCouldNotLook = 3;

/// An endpoint as people type it, or as it is named in the report: "www.example.com:443@192.0.2.1"
/// is a name asked for at an address.
Result<EndpointTarget> ParseTyped(const std::string& typed) {
  const std::size_t at = typed.rfind('@');
  if (at == std::string::npos) return ParseEndpointUrl(typed);
  auto target = ParseEndpointUrl(typed.substr(0, at));
  if (!target) return target.error();
  EndpointTarget parsed = *std::move(target);
  parsed.address = typed.substr(at + 1);
  if (!IsIpAddress(parsed.address))
    return Failure{Reason::kBadText, "behind the @ goes the address to connect to"};
  return parsed;
}

bool WantsColour(const Config& config) {
  return config.color == Color::kAlways ||
         (config.color == Color::kAuto && isatty(STDOUT_FILENO) == 1);
}

}  // namespace

int ProbeCommand(const Config& config, const Clock& clock) {
  auto target = ParseTyped(config.names.front());
  if (!target) {
    std::cerr << target.error().detail << "\n";
    return kCouldNotLook;
  }
  WatchedEndpoint watched;
  watched.order.target = *std::move(target);
  watched.order.deadlines = DeadlinesWithin(config.probe_timeout);
  watched.addresses = AddressSeries::kEach;
  EndpointOptions options;
  options.watched.push_back(std::move(watched));

  const auto files = MakePosixFileSystem(config.root);
  CertificateReader certificates;
  const auto pause = [](std::chrono::milliseconds) {};
  const Surroundings surroundings{*files, clock, certificates, pause};
  EndpointCollector collector(clock, std::move(options), {}, MakeProber(config, surroundings));
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->runs.push_back(std::make_shared<const CollectorRun>(collector.Look(*snapshot)));
  const Report report = Evaluate(snapshot, PolicyOf(config), clock.Now());
  std::cout << ToProbeText(report, WantsColour(config) ? TableColour::kAnsi : TableColour::kNone)
            << std::flush;
  return static_cast<int>(report.worst);
}

}  // namespace certhealth
