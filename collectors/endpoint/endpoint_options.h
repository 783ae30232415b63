// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectors/endpoint/prober.h"

namespace certhealth {

/// What becomes of a name with several addresses.
enum class AddressSeries {
  kTogether,  // one Bundle: the worst that any of them presents
  kEach,      // a Bundle for each, named host:port@address
};

/// An endpoint that the configuration names.
struct WatchedEndpoint {
  ProbeOrder order;
  AddressSeries addresses = AddressSeries::kTogether;
  std::optional<std::chrono::milliseconds> interval;  // none: that of all
  std::optional<std::chrono::milliseconds> timeout;   // the same, of the whole probe

  bool operator==(const WatchedEndpoint&) const = default;
};

/// "www.example.com:443"; with another name asked for than the host,
/// "www.example.com:443@192.0.2.1".
std::string NameOf(const EndpointTarget& target);

/// A port at which a listener of this machine is asked.
struct LocalPort {
  std::uint16_t port = 443;
  StartTls starttls = StartTls::kNone;

  bool operator==(const LocalPort&) const = default;
};

/// The ports that speak TLS by common use, from their first byte or after STARTTLS.
std::vector<LocalPort> UsualTlsPorts();

/// Whether this machine's own listeners are asked.
enum class LocalEndpoints { kNo, kYes };

/// How many looks there will be.
enum class Looks {
  kMany,  // what is not asked in one is asked in the next
  kOne,   // each watched endpoint is asked in it, however long that takes
};

struct EndpointOptions {
  std::vector<WatchedEndpoint> watched;
  LocalEndpoints local = LocalEndpoints::kNo;
  std::vector<LocalPort> local_ports;
  ProbeDeadlines deadlines;  // of local endpoints; the watched ones have their own
  std::chrono::milliseconds interval = std::chrono::minutes{5};  // of one endpoint's probes
  Looks looks = Looks::kMany;

  bool is_empty() const { return watched.empty() && local == LocalEndpoints::kNo; }
};

}  // namespace certhealth
