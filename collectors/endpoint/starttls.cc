// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/starttls.h"

#include <utility>

#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

constexpr std::size_t kQuotedBytes = 200;

EndpointFailure ReasonOf(StreamFailure failure) {
  switch (failure) {
    case StreamFailure::kDeadline:
      return EndpointFailure::kStartTlsTimeout;
    case StreamFailure::kTooLong:
      return EndpointFailure::kStartTlsProtocol;
    case StreamFailure::kLocal:
      return EndpointFailure::kLocalError;
    case StreamFailure::kClosed:
    case StreamFailure::kRefused:
    case StreamFailure::kUnreachable:
      break;
  }
  return EndpointFailure::kClosed;
}

Result<std::string, EndpointFault> ToAnswer(Result<std::string, StreamFault> read) {
  if (!read) return EndpointFault{ReasonOf(read.error().reason), read.error().detail};
  return *std::move(read);
}

/// What a peer has said, fit to be shown.
std::string Quoted(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kQuotedBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    shown += byte < 0x20 || byte == 0x7F ? '.' : c;
  }
  return "\"" + Shorten(ToValidUtf8(shown), kQuotedBytes) + "\"";
}

SwitchResult Dispatch(StartTls protocol, StartTlsTalk& talk) {
  switch (protocol) {
    case StartTls::kSmtp:
      return SwitchSmtp(talk, "EHLO");
    case StartTls::kLmtp:
      return SwitchSmtp(talk, "LHLO");
    case StartTls::kImap:
      return SwitchImap(talk);
    case StartTls::kPop3:
      return SwitchPop3(talk);
    case StartTls::kFtp:
      return SwitchFtp(talk);
    case StartTls::kLdap:
      return SwitchLdap(talk);
    case StartTls::kXmppClient:
      return SwitchXmpp(talk, "jabber:client");
    case StartTls::kXmppServer:
      return SwitchXmpp(talk, "jabber:server");
    case StartTls::kPostgres:
      return SwitchPostgres(talk);
    case StartTls::kMysql:
      return SwitchMysql(talk);
    case StartTls::kNntp:
      return SwitchNntp(talk);
    case StartTls::kSieve:
    case StartTls::kNone:
      break;
  }
  return SwitchSieve(talk);
}

}  // namespace

Task<Result<std::string, EndpointFault>> StartTlsTalk::Line() {
  co_return ToAnswer(co_await reader_.ReadLine(deadline_));
}

Task<Result<std::string, EndpointFault>> StartTlsTalk::Through(char end) {
  co_return ToAnswer(co_await reader_.ReadThrough(end, deadline_));
}

Task<Result<std::string, EndpointFault>> StartTlsTalk::Bytes(std::size_t count) {
  co_return ToAnswer(co_await reader_.ReadBytes(count, deadline_));
}

Task<std::optional<EndpointFault>> StartTlsTalk::Say(std::string bytes) {
  const std::optional<StreamFault> fault = co_await stream_.Write(bytes, deadline_);
  if (!fault) co_return std::nullopt;
  co_return EndpointFault{ReasonOf(fault->reason), fault->detail};
}

SwitchResult SwitchToTls(StartTls protocol, StartTlsTalk& talk) {
  if (protocol == StartTls::kNone) co_return std::nullopt;
  std::optional<EndpointFault> fault = co_await Dispatch(protocol, talk);
  if (fault) co_return std::move(fault);
  if (talk.unread().empty()) co_return std::nullopt;
  co_return EndpointFault{
      EndpointFailure::kStartTlsInjection,
      "plaintext behind the answer that announces TLS: " + Quoted(talk.unread())};
}

EndpointFault RefusedBy(std::string_view answer) {
  return {EndpointFailure::kStartTlsRefused, "the server says " + Quoted(answer)};
}

EndpointFault NotThisProtocol(std::string_view protocol, std::string_view answer) {
  return {EndpointFailure::kStartTlsProtocol,
          "not " + std::string(protocol) + ": " + Quoted(answer)};
}

}  // namespace certhealth
