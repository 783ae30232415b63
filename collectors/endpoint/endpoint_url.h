// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/base/result.h"
#include "collectors/endpoint/endpoint.h"

namespace certhealth {

/// The dialogue that precedes TLS on a port by common use (IANA): STARTTLS on 25, 587, 143, ...;
/// kNone on every other port.
StartTls StartTlsOfPort(std::uint16_t port);

/// The dialogue of a scheme ("smtp", "tls") in lower case; nothing for a word that is none.
std::optional<StartTls> StartTlsOfScheme(std::string_view scheme);

/// Reads an endpoint as people type it:
///
///     www.example.com          port 443
///     mail.example.com:587     a port of StartTlsOfPort is asked as that says
///     192.0.2.1:8443  [2001:db8::1]:443
///     smtp://mx.example.com    STARTTLS at the scheme's own port, here 25
///     tls://mx.example.com:25  TLS from the first byte, whatever the port
///     https://www.example.com/path    the path plays no part
///
/// The schemes are those of IANA's registry for TLS from the first byte (https, imaps, pop3s,
/// smtps, ldaps, ftps, nntps, tls) and for STARTTLS (smtp, submission, lmtp, imap, pop3, ftp, ldap,
/// xmpp-client, xmpp-server, postgres, mysql, nntp, sieve). A name is given back in lower case and
/// without the dot at its end; one that is not ASCII is refused, because its form in DNS is the
/// asker's to know. Pure; linear. kBadText says what is wrong, on one line, the text quoted in it
/// with bytes that are not printable replaced.
Result<EndpointTarget> ParseEndpointUrl(std::string_view text);

/// A host name alone, in lower case and without the dot at its end; no address, no port.
Result<std::string> ParseHostName(std::string_view text);

/// "www.example.com:443", "[2001:db8::1]:443"
std::string HostAndPort(std::string_view host, std::uint16_t port);

/// Whether `host` is a numeric address, IPv4 or IPv6 without brackets.
bool IsIpAddress(std::string_view host);

}  // namespace certhealth
