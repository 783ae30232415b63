// SPDX-License-Identifier: Apache-2.0
#include "exporter/config.h"

#include <utility>

namespace certhealth {

std::vector<WatchedEndpoint> EndpointsOf(const FileSettings& file) {
  std::vector<WatchedEndpoint> endpoints;
  for (const EndpointSection& section : file.endpoints) {
    for (const EndpointTarget& target : section.targets) {
      WatchedEndpoint& watched = endpoints.emplace_back(section.settings);
      const std::string server_name = std::move(watched.order.target.server_name);
      watched.order.target = target;
      watched.order.target.server_name = server_name;
    }
  }
  return endpoints;
}

Config Merge(Config flags, const FileSettings& file) {
  if (flags.certbot.empty()) {
    flags.certbot = file.certbot;
    if (flags.certbot_logs_dir) {
      for (CertbotPlace& place : flags.certbot) place.logs_dir.reset();
    }
  }
  if (flags.files.empty()) flags.files = file.files;
  if (flags.endpoints.empty()) flags.endpoints = EndpointsOf(file);
  if (!file.local_ports.empty()) flags.local_ports = file.local_ports;
  flags.probe_modules = file.probe_modules;
  if (flags.ignored_problems.empty()) flags.ignored_problems = file.ignored_problems;
  return flags;
}

}  // namespace certhealth
