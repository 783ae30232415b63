// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certhealth {

enum class HttpScheme { kHttp, kHttps };

/// Where a request goes (RFC 3986, RFC 9110).
struct HttpUrl {
  HttpScheme scheme = HttpScheme::kHttp;
  std::string host;  // in lower case, an IPv6 address without brackets
  std::uint16_t port = 80;
  std::string target = "/";  // path and query; begins with "/"; printable ASCII without blanks

  bool has_default_port() const { return port == (scheme == HttpScheme::kHttp ? 80 : 443); }
  bool operator==(const HttpUrl&) const = default;
};

/// An absolute http or https URL; nullopt for anything else, one with a user name included. A
/// fragment is dropped. Pure.
std::optional<HttpUrl> ParseHttpUrl(std::string_view text);

/// Where `location`, the field of an answer to a request for `base`, leads. Pure.
std::optional<HttpUrl> ResolveRedirect(const HttpUrl& base, std::string_view location);

/// As people write it.
std::string ToString(const HttpUrl& url);

/// "example.com" or "[2001:db8::1]:8080": the value of the field Host.
std::string HostField(const HttpUrl& url);

}  // namespace certhealth
