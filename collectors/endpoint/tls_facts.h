// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "collectors/certificate_reader.h"
#include "collectors/endpoint/chain_judge.h"
#include "collectors/endpoint/prober.h"
#include "collectors/net/tls_stream.h"

namespace certhealth {

/// What is expected of a peer.
struct Expectation {
  std::string server_name;  // a DNS name or an address
  const Result<std::shared_ptr<TrustStore>>& roots;
  WallTime now{};
};

/// Adds to `result` the certificates that `tls` has presented, after a handshake that failed too,
/// and the verdict on them. Returns the failure of a leaf that does not decode.
std::optional<EndpointFault> TellCertificates(const TlsStream& tls, const Expectation& expected,
                                              CertificateReader& certificates, ProbeResult& result);

/// Adds what a completed handshake has agreed on, and the verdict on it: weak below `min_protocol`,
/// as in ProbeOrder.
void TellSession(const TlsStream& tls, const std::string& min_protocol, Endpoint& endpoint);

}  // namespace certhealth
