// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/clock.h"

namespace certhealth {

/// How a connection comes to speak TLS.
enum class StartTls {
  kNone,  // TLS from the first byte
  kSmtp,
  kLmtp,
  kImap,
  kPop3,
  kFtp,
  kLdap,
  kXmppClient,
  kXmppServer,
  kPostgres,
  kMysql,
  kNntp,
  kSieve,
};

/// "smtp", "xmpp-client"; "tls" for kNone.
std::string_view NameOf(StartTls protocol);

/// The part of a probe that something belongs to, in their order.
enum class ProbePhase { kResolve, kConnect, kStartTls, kHandshake };

inline constexpr std::size_t kProbePhases = 4;

/// Why an endpoint did not present a certificate, or not one to be trusted. Closed: the names are
/// values of the label `reason` and never change their meaning.
enum class EndpointFailure {
  // It did not come to a handshake.
  kNameNotFound,   // the name has no address (NXDOMAIN, or no A and AAAA)
  kResolveFailed,  // the resolver answered with an error (SERVFAIL, REFUSED), or nonsense
  kResolveTimeout,
  kConnectRefused,
  kConnectTimeout,
  kUnreachable,        // no route, network or host unreachable
  kStartTlsRefused,    // the server does not offer it, or said no
  kStartTlsProtocol,   // not the protocol that was expected: garbage, lines without end
  kStartTlsInjection,  // plaintext pipelined behind the answer to STARTTLS (CVE-2011-0411)
  kStartTlsTimeout,
  kClosed,  // the peer closed or reset the connection before it had presented itself
  // The handshake did not complete.
  kNotTls,       // what came back is no TLS
  kTlsAlert,     // the peer ended the handshake with an alert
  kTlsProtocol,  // TLS, but none that can be spoken: version, cipher, malformed messages
  kHandshakeTimeout,
  kTooLarge,        // a chain over the limits
  kBadCertificate,  // a leaf that does not decode
  // It was not asked.
  kForbidden,   // the name leads to an address that is not to be probed
  kLocalError,  // this machine could not: no descriptors, no ports
  // It presented a certificate that a client would not trust. Of several verdicts, the first in
  // this order is told.
  kSelfSigned,       // the leaf itself, and not among the roots
  kIncompleteChain,  // the issuer of the last one sent is not known: an intermediate is missing
  kUnknownIssuer,    // the chain ends in a root that is not trusted
  kWeakKey,          // key or signature that OpenSSL's level 2 refuses
  kWrongPurpose,     // not for servers
  kDistrusted,       // any other verdict of the verification; the detail has OpenSSL's words
  kExpired,          // the leaf or one of its issuers
  kNotYetValid,
  kWrongName,
  kWeakProtocol,  // older than what is asked for, or a cipher of less than 112 bits
};

/// The label value of a failure: "connect_refused".
std::string_view NameOf(EndpointFailure failure);

struct EndpointFault {
  EndpointFailure reason = EndpointFailure::kDistrusted;
  std::string detail;            // for a person; valid UTF-8
  bool name_is_unknown = false;  // of kTlsAlert: the peer says that it does not serve the name

  bool operator==(const EndpointFault&) const = default;
};

/// What to probe.
struct EndpointTarget {
  std::string host;  // a DNS name in its ASCII form, or an address without brackets
  std::uint16_t port = 443;
  StartTls starttls = StartTls::kNone;
  std::string server_name;  // asked for by SNI and expected in the certificate; empty: `host`
  std::string address;      // to connect to, instead of resolving `host`; empty: resolve

  bool operator==(const EndpointTarget&) const = default;
};

/// A stapled OCSP answer (RFC 6066, 8), as far as it can be read.
struct OcspStaple {
  bool good = false;  // says "good" of the leaf
  WallTime this_update{};
  std::optional<WallTime> next_update;
};

/// An address that did not answer, of a name with others that did.
struct FailedAddress {
  std::string address;
  EndpointFault failure;
};

/// What one probe of one address of an endpoint saw, beside the certificates, which are the
/// Bundle's chain as it was sent. Immutable once published.
struct Endpoint {
  EndpointTarget target;
  bool local = false;   // found on this machine, not configured
  std::string address;  // that was connected to, "192.0.2.1"; empty when it never came to that
  WallTime probed{};    // when it began

  std::optional<EndpointFault> failure;   // no certificate, or no complete handshake
  std::optional<EndpointFault> distrust;  // the verdict on the certificates, the name included
  std::optional<WallTime> path_end;       // the first end on the path to a root; absent without one
  std::optional<bool> hostname_matches;   // absent without a leaf

  std::array<std::optional<std::chrono::duration<double>>, kProbePhases> phases;  // that ended well
  std::string protocol;              // "TLSv1.3"; empty before the handshake
  std::string cipher;                // "ECDHE-RSA-AES128-GCM-SHA256", as OpenSSL has it
  std::string cipher_standard_name;  // "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" (IANA)
  std::string alpn;
  std::optional<OcspStaple> staple;

  // Where the addresses of a name are told together; a prober leaves both alone.
  std::size_t addresses = 1;                    // how many there are
  std::vector<FailedAddress> failed_addresses;  // while this one answered

  /// Whether the handshake was completed.
  bool is_up() const { return !failure.has_value(); }
};

}  // namespace certhealth
