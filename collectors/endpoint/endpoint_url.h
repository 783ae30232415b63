// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "collectors/base/result.h"
#include "collectors/endpoint/endpoint.h"

namespace certhealth {

/// Reads "host", "host:port", "192.0.2.1:443", "[2001:db8::1]:443", "2001:db8::1", and each of them
/// behind a scheme with its own port: "smtp://mail.example.com". Plain TLS: tls, https, smtps,
/// imaps, pop3s, ldaps, ftps, nntps. Upgraded by STARTTLS: smtp (25), submission (587), lmtp, imap,
/// pop3, ftp, ldap, xmpp or xmpp-client, xmpp-server, postgres or postgresql, mysql, nntp, sieve.
/// Names are in their ASCII form, and come out in lower case without a dot at the end. A slash at
/// the end is fine. Everything else is kBadText, with what would be right.
Result<EndpointTarget> ParseEndpoint(std::string_view text);

/// The shortest text that ParseEndpoint reads as the same host, port and protocol, but always with
/// the port: "example.com:443", "smtp://[::1]:25".
std::string ToString(const EndpointTarget& target);

/// "smtp"; empty for plain TLS.
std::string_view NameOf(StartTls protocol);

}  // namespace certhealth
