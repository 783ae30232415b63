// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collectors/base/result.h"
#include "collectors/endpoint/endpoint.h"
#include "collectors/net/stream.h"

namespace certhealth {

/// The talk in plaintext that comes before TLS. Whatever goes wrong is an EndpointFault already.
/// REQUIRES: what it refers to outlives it.
class StartTlsTalk {
 public:
  struct Names {
    std::string server;  // whom we want to talk to: xmpp's `to`
    std::string own;     // who we are: EHLO
  };

  StartTlsTalk(ByteStream& stream, Deadline deadline, const Names& names)
      : stream_(stream), reader_(stream), deadline_(deadline), names_(names) {}

  /// The next line, without CRLF.
  Task<Result<std::string, EndpointFault>> Line();
  /// What comes up to `end`, without it.
  Task<Result<std::string, EndpointFault>> Through(char end);
  Task<Result<std::string, EndpointFault>> Bytes(std::size_t count);
  Task<std::optional<EndpointFault>> Say(std::string bytes);

  /// What has been received behind the last answer that was read.
  std::string_view unread() const { return reader_.unread(); }
  const Names& names() const { return names_; }

 private:
  ByteStream& stream_;
  BoundedReader reader_;
  const Deadline deadline_;
  const Names& names_;
};

/// Talks `protocol` until the peer expects a ClientHello; nothing when it does. kStartTlsInjection
/// when it has said more than that (CVE-2011-0411).
Task<std::optional<EndpointFault>> SwitchToTls(StartTls protocol, StartTlsTalk& talk);

/// A fault of the peer's text, which is quoted in the detail.
EndpointFault RefusedBy(std::string_view answer);
EndpointFault NotThisProtocol(std::string_view protocol, std::string_view answer);

using SwitchResult = Task<std::optional<EndpointFault>>;

SwitchResult SwitchSmtp(StartTlsTalk& talk,
                        std::string_view hello);  // RFC 3207; RFC 2033 with LHLO
SwitchResult SwitchImap(StartTlsTalk& talk);      // RFC 3501, 6.2.1
SwitchResult SwitchPop3(StartTlsTalk& talk);      // RFC 2595, 4
SwitchResult SwitchFtp(StartTlsTalk& talk);       // RFC 4217, 4
SwitchResult SwitchNntp(StartTlsTalk& talk);      // RFC 4642
SwitchResult SwitchSieve(StartTlsTalk& talk);     // RFC 5804, 2.2
SwitchResult SwitchLdap(StartTlsTalk& talk);      // RFC 4511, 4.14
SwitchResult SwitchXmpp(StartTlsTalk& talk, std::string_view xmlns);  // RFC 6120, 5
SwitchResult SwitchPostgres(StartTlsTalk& talk);  // protocol 3.0, "SSL session encryption"
SwitchResult SwitchMysql(StartTlsTalk& talk);     // protocol 10, SSLRequest

}  // namespace certhealth
