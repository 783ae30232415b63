// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "collectors/endpoint/starttls.h"

namespace certhealth {
namespace {

constexpr std::string_view kTlsNamespace = "urn:ietf:params:xml:ns:xmpp-tls";

/// `text` as the value of an XML attribute.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '\'':
        escaped += "&apos;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

/// The name of a tag's element without its prefix, "/" in front at the end of one.
std::string LocalName(std::string_view tag) {
  const std::string slash = tag.starts_with('/') ? "/" : "";
  tag.remove_prefix(slash.size());
  tag = tag.substr(0, tag.find_first_of(" \t\r\n/"));
  const std::size_t colon = tag.find(':');
  return slash + std::string(colon == std::string_view::npos ? tag : tag.substr(colon + 1));
}

/// The next tag, without its angles, and what stood before it left out.
Task<Result<std::string, EndpointFault>> NextTag(StartTlsTalk& talk) {
  const Result<std::string, EndpointFault> text = co_await talk.Through('>');
  if (!text) co_return text.error();
  const std::size_t open = text->find('<');
  if (open == std::string::npos) co_return NotThisProtocol("XMPP", *text);
  co_return text->substr(open + 1);
}

}  // namespace

SwitchResult SwitchXmpp(StartTlsTalk& talk, std::string_view xmlns) {
  std::optional<EndpointFault> fault = co_await talk.Say(
      "<?xml version='1.0'?><stream:stream to='" + Escaped(talk.names().server) + "' xmlns='" +
      std::string(xmlns) + "' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>");
  if (fault) co_return std::move(fault);
  bool in_stream = false;
  for (bool offered = false;;) {
    const Result<std::string, EndpointFault> tag = co_await NextTag(talk);
    if (!tag) co_return tag.error();
    const std::string name = LocalName(*tag);
    if (tag->starts_with('?')) continue;
    if (!std::exchange(in_stream, true)) {
      if (name != "stream") co_return NotThisProtocol("XMPP", *tag);
      continue;
    }
    if (name == "error" || name == "/stream") co_return RefusedBy(*tag);
    if (name == "starttls" && tag->find(kTlsNamespace) != std::string::npos) offered = true;
    if (name == "/features" && offered) break;
    if (name == "/features" || (name == "features" && tag->ends_with('/'))) {
      co_return RefusedBy("no starttls among the stream's features");
    }
  }
  fault = co_await talk.Say("<starttls xmlns='" + std::string(kTlsNamespace) + "'/>");
  if (fault) co_return std::move(fault);
  const Result<std::string, EndpointFault> answer = co_await NextTag(talk);
  if (!answer) co_return answer.error();
  if (LocalName(*answer) == "proceed" && answer->ends_with('/')) co_return std::nullopt;
  if (LocalName(*answer) != "proceed") co_return RefusedBy(*answer);
  const Result<std::string, EndpointFault> end = co_await NextTag(talk);
  if (!end) co_return end.error();
  if (LocalName(*end) == "/proceed") co_return std::nullopt;
  co_return NotThisProtocol("XMPP", *end);
}

}  // namespace certhealth
