// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collectors/certbot/read_keys.h"
#include "collectors/net/ip_address.h"
#include "collectors/preflight/own_addresses.h"
#include "collectors/preflight/preflight.h"

namespace certhealth {

/// What the configuration asks of the preflight checks.
struct PreflightOptions {
  std::set<PreflightCheck> checks;                // empty: none
  std::chrono::milliseconds timeout{10'000};      // for all the checks of one lineage
  std::chrono::milliseconds interval{3'600'000};  // between two rounds
  std::vector<AddressRange> addresses;            // declared as this machine's
  std::optional<SocketAddress> resolver;          // absent: those of /etc/resolv.conf
  std::uint16_t http_port = 80;                   // where a CA asks for http-01
  ReadKeys keys = ReadKeys::kNo;                  // whether the TSIG key of credentials is read
  std::string root = "/";                         // prefix of the webroots' paths

  bool Asks(PreflightCheck check) const { return checks.contains(check); }
};

}  // namespace certhealth
