// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/endpoint_url.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "collectors/base/utf8.h"
#include "collectors/net/ip_address.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxTextBytes = 512;
constexpr std::size_t kMaxNameBytes = 253;  // RFC 1035, 2.3.4, as text
constexpr std::size_t kMaxLabelBytes = 63;

struct Scheme {
  std::string_view name;
  StartTls starttls;
  std::uint16_t port;
};

// The first of a protocol is the one that is written.
constexpr Scheme kSchemes[] = {
    {"tls", StartTls::kNone, 443},
    {"https", StartTls::kNone, 443},
    {"smtps", StartTls::kNone, 465},
    {"imaps", StartTls::kNone, 993},
    {"pop3s", StartTls::kNone, 995},
    {"ldaps", StartTls::kNone, 636},
    {"ftps", StartTls::kNone, 990},
    {"nntps", StartTls::kNone, 563},
    {"smtp", StartTls::kSmtp, 25},
    {"submission", StartTls::kSmtp, 587},
    {"lmtp", StartTls::kLmtp, 24},
    {"imap", StartTls::kImap, 143},
    {"pop3", StartTls::kPop3, 110},
    {"ftp", StartTls::kFtp, 21},
    {"ldap", StartTls::kLdap, 389},
    {"xmpp", StartTls::kXmppClient, 5222},
    {"xmpp-client", StartTls::kXmppClient, 5222},
    {"xmpp-server", StartTls::kXmppServer, 5269},
    {"postgres", StartTls::kPostgres, 5432},
    {"postgresql", StartTls::kPostgres, 5432},
    {"mysql", StartTls::kMysql, 3306},
    {"nntp", StartTls::kNntp, 119},
    {"sieve", StartTls::kSieve, 4190},
};

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

Failure Wrong(std::string_view text, std::string_view why) {
  const std::string shown = Shorten(ToValidUtf8(text.substr(0, kMaxTextBytes)), 100);
  return {Reason::kBadText, "\"" + shown + "\": " + std::string(why)};
}

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// Whether `name` can be asked of the DNS. The underscore is no letter of host names, but hosts
/// have it. Digits alone at the end would be half an address.
bool IsName(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes) return false;
  bool last_is_number = false;
  for (std::size_t at = 0; at <= name.size();) {
    const std::string_view label = name.substr(at, name.find('.', at) - at);
    if (label.empty() || label.size() > kMaxLabelBytes) return false;
    if (!std::ranges::all_of(label, IsNameByte)) return false;
    last_is_number = std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; });
    at += label.size() + 1;
  }
  return !last_is_number;
}

std::optional<std::uint16_t> PortOf(std::string_view text) {
  std::uint16_t port = 0;
  const auto number = std::from_chars(text.data(), text.data() + text.size(), port);
  if (number.ec != std::errc() || number.ptr != text.data() + text.size() || port == 0) {
    return std::nullopt;
  }
  return port;
}

/// Host and port as they stand in the text.
struct Authority {
  std::string_view host;
  std::optional<std::string_view> port;
};

std::optional<Authority> Split(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    const Authority authority{text.substr(1, close - 1), std::nullopt};
    const std::string_view rest = text.substr(close + 1);
    if (!ParseIpAddress(authority.host) || authority.host.find(':') == std::string_view::npos) {
      return std::nullopt;
    }
    if (rest.empty()) return authority;
    if (rest[0] != ':') return std::nullopt;
    return Authority{authority.host, rest.substr(1)};
  }
  if (ParseIpAddress(text)) return Authority{text, std::nullopt};
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return Authority{text, std::nullopt};
  return Authority{text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

Result<EndpointTarget> ParseEndpoint(std::string_view text) {
  if (text.size() > kMaxTextBytes) return Wrong(text, "too long for an endpoint");
  const Scheme* scheme = &kSchemes[0];
  std::string_view rest = text;
  if (const std::size_t end = text.find("://"); end != std::string_view::npos) {
    std::string name(text.substr(0, end));
    std::ranges::transform(name, name.begin(), ToLower);
    scheme = std::ranges::find(kSchemes, name, &Scheme::name);
    if (scheme == std::end(kSchemes)) return Wrong(text, "no protocol that is known here");
    rest = text.substr(end + 3);
    if (rest.ends_with('/')) rest.remove_suffix(1);
  }
  const std::optional<Authority> authority = Split(rest);
  if (!authority) return Wrong(text, "expected [address]:port for IPv6");
  EndpointTarget target{std::string(authority->host), scheme->port, scheme->starttls, "", ""};
  if (authority->port) {
    const std::optional<std::uint16_t> port = PortOf(*authority->port);
    if (!port) return Wrong(text, "expected a port from 1 to 65535 behind the colon");
    target.port = *port;
  }
  std::ranges::transform(target.host, target.host.begin(), ToLower);
  if (ParseIpAddress(target.host)) return target;
  if (target.host.ends_with('.')) target.host.pop_back();
  if (!IsName(target.host)) {
    return Wrong(text, "expected a DNS name in its ASCII form (xn--...) or an address");
  }
  return target;
}

std::string ToString(const EndpointTarget& target) {
  std::string text;
  if (target.starttls != StartTls::kNone) text = std::string(NameOf(target.starttls)) + "://";
  const bool bracketed = target.host.find(':') != std::string::npos;
  text += bracketed ? "[" + target.host + "]" : target.host;
  return text + ":" + std::to_string(target.port);
}

std::string_view NameOf(StartTls protocol) {
  if (protocol == StartTls::kNone) return "";
  return std::ranges::find(kSchemes, protocol, &Scheme::starttls)->name;
}

}  // namespace certhealth
