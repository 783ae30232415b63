// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "collectors/bundle.h"
#include "collectors/certificate.h"
#include "collectors/endpoint/endpoint.h"

namespace certhealth {

/// How long each part of a probe may take, and the whole.
struct ProbeDeadlines {
  std::chrono::milliseconds resolve{5000};
  std::chrono::milliseconds connect{5000};
  std::chrono::milliseconds starttls{5000};
  std::chrono::milliseconds handshake{5000};
  std::chrono::milliseconds whole{10000};

  bool operator==(const ProbeDeadlines&) const = default;
};

/// Which of the addresses of a name are probed: as many as the resolver gives, each with its own
/// result; or one after the other until one has completed a handshake, whose result stands for all,
/// as it does for a client.
enum class AddressChoice { kEach, kFirstUp };

/// Which addresses may be connected to. A name that leads elsewhere is kForbidden, so that whoever
/// may choose names cannot look into the networks behind this machine.
enum class ProbeReach { kEverywhere, kPublicInternet };

/// Whether an order may be left for another time: where one of its lane ran into a deadline, or
/// where the whole call takes long.
enum class Haste { kNow, kCanWait };

/// One endpoint, and how it is to be asked.
struct ProbeOrder {
  EndpointTarget target;
  ProbeDeadlines deadlines;
  AddressChoice addresses = AddressChoice::kEach;
  ProbeReach reach = ProbeReach::kEverywhere;
  std::vector<std::string> alpn;   // offered, in this order
  std::string min_protocol;        // "TLSv1", ... "TLSv1.3": less is distrusted; empty: "TLSv1.2"
  std::string client_certificate;  // path of a PEM file with certificate and key; empty: none
  std::string roots;               // path of a PEM file of roots; empty: this machine's
  std::string lane;  // orders of one lane are asked one after the other; empty: alone in its own
  Haste haste = Haste::kNow;

  bool operator==(const ProbeOrder&) const = default;
};

/// What one address of one target presented.
struct ProbeResult {
  Endpoint endpoint;
  std::vector<std::shared_ptr<const Certificate>> chain;  // as it was sent, leaf first
  std::vector<Failure> failures;  // certificates that did not decode; the rest still holds
};

/// Whether a peer let one of them run into a deadline.
bool RanOutOfTime(std::span<const ProbeResult> results);

/// Asks TLS endpoints what they present (RFC 8446, RFC 5246). Thread-safe: calls run side by side.
class Prober {
 public:
  virtual ~Prober() = default;
  /// Probes `orders` and returns one result for each address of each, in their order: at least one
  /// for each order, and none for one that was left. However the peers behave, each address has its
  /// deadlines; where lanes and the limits of what is in flight allow, all of them run at once.
  /// `orders` outlive the call.
  virtual std::vector<std::vector<ProbeResult>> Probe(std::span<const ProbeOrder> orders) = 0;
};

}  // namespace certhealth
