// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/endpoint.h"

namespace certhealth {

std::string_view NameOf(StartTls protocol) {
  switch (protocol) {
    case StartTls::kSmtp:
      return "smtp";
    case StartTls::kLmtp:
      return "lmtp";
    case StartTls::kImap:
      return "imap";
    case StartTls::kPop3:
      return "pop3";
    case StartTls::kFtp:
      return "ftp";
    case StartTls::kLdap:
      return "ldap";
    case StartTls::kXmppClient:
      return "xmpp-client";
    case StartTls::kXmppServer:
      return "xmpp-server";
    case StartTls::kPostgres:
      return "postgres";
    case StartTls::kMysql:
      return "mysql";
    case StartTls::kNntp:
      return "nntp";
    case StartTls::kSieve:
      return "sieve";
    case StartTls::kNone:
      break;
  }
  return "tls";
}

std::string_view NameOf(EndpointFailure failure) {
  switch (failure) {
    case EndpointFailure::kNameNotFound:
      return "name_not_found";
    case EndpointFailure::kResolveFailed:
      return "resolve_failed";
    case EndpointFailure::kResolveTimeout:
      return "resolve_timeout";
    case EndpointFailure::kConnectRefused:
      return "connect_refused";
    case EndpointFailure::kConnectTimeout:
      return "connect_timeout";
    case EndpointFailure::kUnreachable:
      return "unreachable";
    case EndpointFailure::kStartTlsRefused:
      return "starttls_refused";
    case EndpointFailure::kStartTlsProtocol:
      return "starttls_protocol";
    case EndpointFailure::kStartTlsInjection:
      return "starttls_injection";
    case EndpointFailure::kStartTlsTimeout:
      return "starttls_timeout";
    case EndpointFailure::kClosed:
      return "closed";
    case EndpointFailure::kNotTls:
      return "not_tls";
    case EndpointFailure::kTlsAlert:
      return "tls_alert";
    case EndpointFailure::kTlsProtocol:
      return "tls_protocol";
    case EndpointFailure::kHandshakeTimeout:
      return "handshake_timeout";
    case EndpointFailure::kTooLarge:
      return "too_large";
    case EndpointFailure::kBadCertificate:
      return "bad_certificate";
    case EndpointFailure::kExpired:
      return "expired";
    case EndpointFailure::kNotYetValid:
      return "not_yet_valid";
    case EndpointFailure::kSelfSigned:
      return "self_signed";
    case EndpointFailure::kIncompleteChain:
      return "incomplete_chain";
    case EndpointFailure::kUnknownIssuer:
      return "unknown_issuer";
    case EndpointFailure::kWrongName:
      return "wrong_name";
    case EndpointFailure::kWeakKey:
      return "weak_key";
    case EndpointFailure::kWrongPurpose:
      return "wrong_purpose";
    case EndpointFailure::kForbidden:
      return "forbidden";
    case EndpointFailure::kLocalError:
      return "local_error";
    case EndpointFailure::kWeakProtocol:
      return "weak_protocol";
    case EndpointFailure::kDistrusted:
      break;
  }
  return "distrusted";
}

}  // namespace certhealth
