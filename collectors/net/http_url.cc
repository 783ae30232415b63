// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/http_url.h"

#include <algorithm>
#include <charconv>

namespace certhealth {
namespace {

constexpr std::size_t kMostBytes = 4096;
constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

std::string InLowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool IsPlain(std::string_view text) {
  return text.size() <= kMostBytes &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

bool IsHost(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

bool IsIpv6(std::string_view host) {
  return host.find(':') != std::string_view::npos &&
         host.find_first_not_of("0123456789abcdef:.") == std::string_view::npos;
}

/// "host", "host:port", "[address]:port" into `url`.
bool ParseAuthority(std::string_view text, HttpUrl& url) {
  const bool has_brackets = text.starts_with('[');
  const std::size_t end = has_brackets ? text.find(']') : text.find(':');
  if (has_brackets && end == std::string_view::npos) return false;
  url.host = InLowerCase(has_brackets ? text.substr(1, end - 1) : text.substr(0, end));
  if (has_brackets ? !IsIpv6(url.host) : !IsHost(url.host)) return false;
  std::string_view port = end == std::string_view::npos ? "" : text.substr(end);
  if (has_brackets) port.remove_prefix(1);
  if (port.empty()) return true;
  if (port[0] != ':') return false;
  port.remove_prefix(1);
  if (port.empty()) return true;  // "host:" has the scheme's
  const char* const last = port.data() + port.size();
  const auto [stop, error] = std::from_chars(port.data(), last, url.port);
  return error == std::errc() && stop == last && url.port != 0;
}

/// Without "." and ".." in the path (RFC 3986, 5.2.4).
std::string WithoutDots(std::string_view target) {
  const std::size_t query = target.find('?');
  std::string_view path = target.substr(0, query);
  std::string plain;
  while (!path.empty()) {
    const std::size_t next = path.find('/', 1);
    const std::string_view segment = path.substr(0, next);
    path = next == std::string_view::npos ? "" : path.substr(next);
    if (segment == "/..")
      plain.resize(plain.rfind('/') == std::string::npos ? 0 : plain.rfind('/'));
    if (segment != "/." && segment != "/..") {
      plain += segment;
    } else if (path.empty()) {
      plain += '/';
    }
  }
  if (plain.empty()) plain = "/";
  return query == std::string_view::npos ? plain : plain.append(target.substr(query));
}

}  // namespace

std::optional<HttpUrl> ParseHttpUrl(std::string_view text) {
  text = text.substr(0, text.find('#'));
  if (!IsPlain(text)) return std::nullopt;
  const std::string start = InLowerCase(text.substr(0, kHttps.size()));
  HttpUrl url;
  if (start.starts_with(kHttp)) {
    text.remove_prefix(kHttp.size());
  } else if (start.starts_with(kHttps)) {
    text.remove_prefix(kHttps.size());
    url.scheme = HttpScheme::kHttps;
    url.port = 443;
  } else {
    return std::nullopt;
  }
  const std::size_t path = text.find_first_of("/?");
  if (!ParseAuthority(text.substr(0, path), url)) return std::nullopt;
  if (path != std::string_view::npos) {
    url.target = text.substr(path);
    if (url.target[0] != '/') url.target.insert(0, 1, '/');
  }
  return url;
}

std::optional<HttpUrl> ResolveRedirect(const HttpUrl& base, std::string_view location) {
  location = location.substr(0, location.find('#'));
  if (location.empty() || !IsPlain(location)) return std::nullopt;
  const std::size_t colon = location.find(':');
  if (colon != std::string_view::npos && location.find_first_of("/?") > colon)
    return ParseHttpUrl(location);
  if (location.starts_with("//"))
    return ParseHttpUrl(
        std::string(base.scheme == HttpScheme::kHttp ? "http:" : "https:").append(location));
  HttpUrl url = base;
  const std::string_view path = std::string_view(base.target).substr(0, base.target.find('?'));
  if (location[0] == '/') {
    url.target = location;
  } else if (location[0] == '?') {
    url.target = std::string(path).append(location);
  } else {
    url.target = std::string(path.substr(0, path.rfind('/') + 1)).append(location);
  }
  url.target = WithoutDots(url.target);
  return url;
}

std::string ToString(const HttpUrl& url) {
  return std::string(url.scheme == HttpScheme::kHttp ? kHttp : kHttps) + HostField(url) +
         url.target;
}

std::string HostField(const HttpUrl& url) {
  std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  if (!url.has_default_port()) host += ":" + std::to_string(url.port);
  return host;
}

}  // namespace certhealth
