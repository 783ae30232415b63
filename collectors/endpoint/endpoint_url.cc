// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/endpoint_url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxText = 1024;
constexpr std::size_t kMaxName = 253;  // RFC 1035, 2.3.4, in its printed form
constexpr std::size_t kMaxLabel = 63;
constexpr std::uint16_t kHttps = 443;

struct Scheme {
  std::string_view word;
  StartTls starttls;
  std::uint16_t port;  // where none is typed; 0: one has to be
};

constexpr auto kSchemes = std::to_array<Scheme>({
    {"https", StartTls::kNone, kHttps},
    {"tls", StartTls::kNone, 0},
    {"smtps", StartTls::kNone, 465},
    {"submissions", StartTls::kNone, 465},
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
    {"pop", StartTls::kPop3, 110},
    {"ftp", StartTls::kFtp, 21},
    {"ldap", StartTls::kLdap, 389},
    {"xmpp", StartTls::kXmppClient, 5222},
    {"xmpp-client", StartTls::kXmppClient, 5222},
    {"xmpp-server", StartTls::kXmppServer, 5269},
    {"postgres", StartTls::kPostgres, 5432},
    {"postgresql", StartTls::kPostgres, 5432},
    {"mysql", StartTls::kMysql, 3306},
    {"mariadb", StartTls::kMysql, 3306},
    {"nntp", StartTls::kNntp, 119},
    {"sieve", StartTls::kSieve, 4190},
});

/// As it can stand in a message.
std::string Quoted(std::string_view text) {
  std::string shown = Shorten(ToValidUtf8(text), 80);
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return "'" + shown + "'";
}

Failure Bad(std::string_view text, std::string_view what) {
  return {Reason::kBadText, "endpoint " + Quoted(text) + ": " + std::string(what)};
}

bool IsNumeric(int family, std::string_view host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (host.size() >= INET6_ADDRSTRLEN || host.find('\0') != std::string_view::npos) return false;
  return inet_pton(family, std::string(host).c_str(), bytes.data()) == 1;
}

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// Labels of letters, digits, hyphens and (in practice) underscores, the last one no number: what
/// looks like an address and is none ("1.2.3", "192.0.2.256") is a slip of the finger.
bool IsDnsName(std::string_view name) {
  if (name.empty() || name.size() > kMaxName) return false;
  while (true) {
    const std::string_view label = name.substr(0, name.find('.'));
    if (label.empty() || label.size() > kMaxLabel || !std::ranges::all_of(label, IsNameByte) ||
        label.front() == '-' || label.back() == '-') {
      return false;
    }
    if (label.size() == name.size()) {
      return !std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; });
    }
    name.remove_prefix(label.size() + 1);
  }
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::optional<std::uint16_t> ParsePort(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || port == 0)
    return std::nullopt;
  return port;
}

Result<std::string> ParseHost(std::string_view text, std::string_view typed) {
  std::string host = Lower(typed);
  if (IsNumeric(AF_INET, host)) return host;
  if (host.size() > 1 && host.back() == '.') host.pop_back();
  if (std::ranges::any_of(host, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    return Bad(text, "the name must be in its ASCII form, as in xn--bcher-kva.example");
  if (!IsDnsName(host)) return Bad(text, "neither an address nor a host name");
  return host;
}

struct Authority {
  std::string host;
  std::optional<std::uint16_t> port;
};

Result<Authority> ParseAuthority(std::string_view text, std::string_view authority) {
  Authority parsed;
  std::string_view rest;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return Bad(text, "the bracket is not closed");
    parsed.host = Lower(authority.substr(1, close - 1));
    if (!IsNumeric(AF_INET6, parsed.host))
      return Bad(text, "not an IPv6 address between the brackets");
    rest = authority.substr(close + 1);
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    if (authority.find(':', colon + 1) != std::string_view::npos && colon < authority.size())
      return Bad(text, "an IPv6 address stands in brackets, as in [2001:db8::1]:443");
    auto host = ParseHost(text, authority.substr(0, colon));
    if (!host) return host.error();
    parsed.host = *std::move(host);
    rest = authority.substr(colon);
  }
  if (rest.empty()) return parsed;
  parsed.port = rest.front() == ':' ? ParsePort(rest.substr(1)) : std::nullopt;
  if (!parsed.port) return Bad(text, "the port is not a number from 1 to 65535");
  return parsed;
}

std::string KnownSchemes() {
  std::string words;
  for (const Scheme& scheme : kSchemes) {
    if (!words.empty()) words += ", ";
    words += scheme.word;
  }
  return words;
}

}  // namespace

StartTls StartTlsOfPort(std::uint16_t port) {
  if (port == 2525) return StartTls::kSmtp;  // no scheme's own, but in common use for submission
  for (const Scheme& scheme : kSchemes) {
    if (scheme.port == port) return scheme.starttls;
  }
  return StartTls::kNone;
}

std::optional<StartTls> StartTlsOfScheme(std::string_view scheme) {
  const auto* found = std::ranges::find(kSchemes, scheme, &Scheme::word);
  if (found == kSchemes.end()) return std::nullopt;
  return found->starttls;
}

Result<EndpointTarget> ParseEndpointUrl(std::string_view text) {
  if (text.size() > kMaxText) return Bad(text, "longer than any endpoint");
  constexpr std::string_view kMark = "://";
  const std::size_t mark = text.find(kMark);
  const Scheme* scheme = nullptr;
  std::string_view authority = text;
  if (mark != std::string_view::npos) {
    const std::string word = Lower(text.substr(0, mark));
    const auto* found = std::ranges::find(kSchemes, word, &Scheme::word);
    if (found == kSchemes.end()) return Bad(text, "the scheme is none of " + KnownSchemes());
    scheme = &*found;
    authority = text.substr(mark + kMark.size());
  }
  if (const std::size_t path = authority.find_first_of("/?#"); path != std::string_view::npos) {
    const bool is_web = scheme != nullptr && scheme->word == "https";
    if (!is_web && path + 1 != authority.size())
      return Bad(text, "host:port or scheme://host:port, and nothing behind it");
    authority = authority.substr(0, path);
  }
  if (authority.find('@') != std::string_view::npos)
    return Bad(text, "no user and password: nobody logs in");
  auto parsed = ParseAuthority(text, authority);
  if (!parsed) return parsed.error();

  EndpointTarget target;
  target.host = parsed->host;
  target.port = parsed->port.value_or(scheme == nullptr ? kHttps : scheme->port);
  if (target.port == 0) return Bad(text, "tls:// needs a port");
  target.starttls = scheme == nullptr ? StartTlsOfPort(target.port) : scheme->starttls;
  return target;
}

bool IsIpAddress(std::string_view host) {
  return IsNumeric(AF_INET, host) || IsNumeric(AF_INET6, host);
}

Result<std::string> ParseHostName(std::string_view text) {
  const auto target = ParseEndpointUrl(text);
  const bool is_name =
      target && text.find_first_of(":/[") == std::string_view::npos && !IsIpAddress(target->host);
  if (!is_name) return Failure{Reason::kBadText, Quoted(text) + " is no host name"};
  return target->host;
}

std::string HostAndPort(std::string_view host, std::uint16_t port) {
  const std::string number = std::to_string(port);
  if (host.find(':') == std::string_view::npos) return std::string(host) + ":" + number;
  return "[" + std::string(host) + "]:" + number;
}

}  // namespace certhealth
