// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/endpoint/prober.h"

namespace certhealth {

/// A section [probe "NAME"]: what /probe may ask, and how.
struct ProbeModule {
  std::string name;
  std::vector<std::string> targets;     // globs of host:port
  StartTls starttls = StartTls::kNone;  // where the target names no scheme
  ProbeReach reach = ProbeReach::kPublicInternet;
  std::vector<std::string> alpn;
  std::string min_protocol;
  std::string client_certificate;
  std::string roots;
  std::optional<std::chrono::milliseconds> timeout;

  bool operator==(const ProbeModule&) const = default;
};

/// Whether `module` lets `host_and_port` ("www.example.com:443") be asked.
bool Allows(const ProbeModule& module, std::string_view host_and_port);

/// The deadlines of a probe that may take `whole` in all.
ProbeDeadlines DeadlinesWithin(std::chrono::milliseconds whole);

}  // namespace certhealth
