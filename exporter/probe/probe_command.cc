// SPDX-License-Identifier: Apache-2.0
#include "exporter/probe/probe_command.h"

#include <unistd.h>

#include <iostream>
#include <utility>

#include "collectors/base/file_system.h"
#include "collectors/certificate_reader.h"
#include "collectors/endpoint/endpoint_collector.h"
#include "collectors/endpoint/endpoint_url.h"
#include "collectors/endpoint/local_endpoints.h"
#include "exporter/watch.h"

namespace certhealth {
namespace {

constexpr int kCouldNotLook = 3;

/// The name of a wildcard is asked for by one that it covers.
std::string WithoutWildcard(const std::string& name) {
  return name.starts_with("*.") ? std::string(kMadeUpLabel) + name.substr(1) : name;
}

/// An endpoint as people type it, or as it is named in the report: "www.example.com:443@192.0.2.1"
/// is a name asked for at an address, "www.example.com:443@backend.internal" at another host, and
/// an address of that may follow.
Result<EndpointTarget> ParseTyped(const std::string& typed) {
  const std::size_t at = typed.find('@');
  auto target = ParseEndpointUrl(WithoutWildcard(typed.substr(0, at)));
  if (!target || at == std::string::npos) return target;
  EndpointTarget parsed = *std::move(target);
  std::string place = typed.substr(at + 1);
  if (const std::size_t next = place.find('@'); next != std::string::npos) {
    parsed.address = place.substr(next + 1);
    place.resize(next);
  }
  if (parsed.address.empty() && IsIpAddress(place)) {
    parsed.address = place;
    return parsed;
  }
  auto host = ParseHostName(place);
  if (!host || (!parsed.address.empty() && !IsIpAddress(parsed.address)))
    return Failure{Reason::kBadText, "behind the @ goes the address or the host to connect to"};
  parsed.server_name = std::exchange(parsed.host, *std::move(host));
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
