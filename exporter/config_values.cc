// SPDX-License-Identifier: Apache-2.0
#include "exporter/config_values.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>

#include "exporter/escape.h"

namespace certhealth {
namespace {

Failure Bad(std::string_view value, std::string_view why) {
  return {Reason::kBadText, "'" + Printable(value) + "' " + std::string(why)};
}

bool IsPort(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  return error == std::errc() && stop == end;
}

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

/// Empty, a name, an IPv4 address or an IPv6 address in brackets.
bool IsHost(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    return text.size() > 2 &&
           text.substr(1, text.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") ==
               std::string_view::npos;
  }
  return std::all_of(text.begin(), text.end(), IsHostCharacter);
}

}  // namespace

Result<std::string> ParseAbsolutePath(std::string_view text) {
  if (text.starts_with('/')) return std::string(text);
  if (text.empty()) return Failure{Reason::kBadText, "the path is empty"};
  if (text[0] == '"' || text[0] == '\'') {
    return Bad(text, "must be an absolute path, without quotes");
  }
  return Bad(text, "must be an absolute path, one that starts with '/'");
}

Result<std::string> ParseTypedPath(std::string_view text) {
  if (text.empty() || text[0] == '/') return ParseAbsolutePath(text);
  std::error_code error;
  const std::filesystem::path here = std::filesystem::current_path(error);
  if (error) return Bad(text, "has no working directory to start in, and must be absolute");
  return (here / text).lexically_normal().string();
}

Result<std::string> ParseListenAddress(std::string_view text) {
  constexpr std::string_view kUnix = "unix:";
  if (text.starts_with(kUnix)) {
    if (text.substr(kUnix.size()).starts_with('/')) return std::string(text);
    return Bad(text, "needs an absolute path, as in unix:/run/certhealth.sock");
  }
  if (IsPort(text)) {
    return Bad(text, "has no colon, did you mean ':" + std::string(text) + "'?");
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || !IsPort(text.substr(colon + 1))) {
    return Bad(text,
               "is not an address such as :10090, 127.0.0.1:10090, [::1]:10090 or unix:/path");
  }
  if (!IsHost(text.substr(0, colon))) {
    return Bad(text,
               "has no host that could be meant; an IPv6 address needs brackets: [::1]:10090");
  }
  return std::string(text);
}

Result<std::string> ParseTelemetryPath(std::string_view text) {
  if (!text.starts_with('/')) return Bad(text, "must start with '/'");
  const bool plain = std::all_of(text.begin(), text.end(),
                                 [](char c) { return IsHostCharacter(c) || c == '/' || c == '~'; });
  if (!plain) return Bad(text, "may hold letters, digits and / . - _ ~ only");
  for (const std::string_view taken : {"/", "/probe", "/sd"}) {
    if (text == taken) return Bad(text, "is the path of another page");
  }
  for (const std::string_view taken : {"/api/", "/-/"}) {
    if (text.starts_with(taken)) return Bad(text, "lies among the paths of other pages");
  }
  return std::string(text);
}

Result<SocketAddress> ParseSocketAddress(std::string_view text) {
  constexpr std::uint16_t kDnsPort = 53;
  const auto wrong = [text] {
    return Bad(text, "is not an address such as 192.0.2.1:53 or [2001:db8::1]:53");
  };
  std::string_view host = text;
  Result<std::uint16_t> port = kDnsPort;
  const std::size_t colon = text.rfind(':');
  if (const auto address = ParseIpAddress(text)) {
    // 2001:db8::1:53 is an address, but whoever writes it means a port.
    const bool could_mean_a_port = colon != std::string_view::npos &&
                                   ParseIpAddress(text.substr(0, colon)) &&
                                   ParsePort(text.substr(colon + 1));
    if (could_mean_a_port) return wrong();
    return SocketAddress{*address, kDnsPort};
  }
  if (colon != std::string_view::npos && !text.ends_with(']')) {
    host = text.substr(0, colon);
    port = ParsePort(text.substr(colon + 1));
  }
  const bool has_brackets = host.starts_with('[') && host.ends_with(']');
  const auto address = ParseIpAddress(has_brackets ? host.substr(1, host.size() - 2) : host);
  const bool is_ipv6 = address && address->family == IpAddress::Family::kIpv6;
  if (!address || !port || is_ipv6 != has_brackets) return wrong();
  return SocketAddress{*address, *port};
}

Result<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end || port == 0)
    return Bad(text, "is not a port, 1 to 65535");
  return port;
}

}  // namespace certhealth
