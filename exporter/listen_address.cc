// SPDX-License-Identifier: Apache-2.0
#include "exporter/listen_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

namespace certhealth {
namespace {

Failure Bad(std::string_view text, std::string_view what) {
  return {Reason::kBadText, "listen address \"" + std::string(text) + "\": " + std::string(what)};
}

bool IsNumeric(int family, const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes;
  return inet_pton(family, host.c_str(), bytes.data()) == 1;
}

Result<ListenAddress> ParseUnix(std::string_view text, std::string_view path) {
  if (path.empty() || path.front() != '/') return Bad(text, "the path must be absolute");
  if (path.find('\0') != std::string_view::npos) return Bad(text, "the path has a NUL");
  // One byte is for the NUL. A server could bind a longer name; no client could connect to it.
  constexpr std::size_t kMaxPath = sizeof(sockaddr_un::sun_path) - 1;
  if (path.size() > kMaxPath) {
    return Bad(text, "the path is longer than " + std::to_string(kMaxPath) + " bytes");
  }
  return ListenAddress{ListenAddress::Kind::kUnix, "", 0, std::string(path)};
}

Result<ListenAddress> Resolve(std::string_view text, const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(name.c_str(), nullptr, &hints, &found);
  if (error != 0) return Bad(text, gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  for (const int family : {AF_INET, AF_INET6}) {
    for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
      std::array<char, NI_MAXHOST> host;
      if (entry->ai_family != family || getnameinfo(entry->ai_addr, entry->ai_addrlen, host.data(),
                                                    host.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
        continue;
      }
      return ListenAddress{
          family == AF_INET ? ListenAddress::Kind::kIpv4 : ListenAddress::Kind::kIpv6, host.data(),
          0, ""};
    }
  }
  return Bad(text, "the name has no address");
}

bool IsHostName(std::string_view name) {
  return name.size() <= 255 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '.' || c == '-' || c == '_';
         });
}

Result<ListenAddress> ParseHost(std::string_view text, std::string_view host) {
  if (host.empty()) return ListenAddress{};
  if (host.front() == '[') {
    if (host.size() < 2 || host.back() != ']') return Bad(text, "the bracket is not closed");
    const std::string inside(host.substr(1, host.size() - 2));
    if (!IsNumeric(AF_INET6, inside)) return Bad(text, "not an IPv6 address between the brackets");
    return ListenAddress{ListenAddress::Kind::kIpv6, inside, 0, ""};
  }
  if (host.find(':') != std::string_view::npos) {
    return Bad(text, "an IPv6 address stands in brackets, as in [::1]:10090");
  }
  const std::string name(host);
  if (IsNumeric(AF_INET, name)) return ListenAddress{ListenAddress::Kind::kIpv4, name, 0, ""};
  if (!IsHostName(name)) return Bad(text, "neither an address nor a host name");
  return Resolve(text, name);
}

}  // namespace

Result<ListenAddress> ParseListenAddress(std::string_view text) {
  constexpr std::string_view kUnixPrefix = "unix:";
  if (text.starts_with(kUnixPrefix)) return ParseUnix(text, text.substr(kUnixPrefix.size()));
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return Bad(text, "no port; say host:port, :port or unix:/path");
  }
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
    return Bad(text, "the port is not a number from 0 to 65535");
  }
  auto address = ParseHost(text, text.substr(0, colon));
  if (!address) return address.error();
  ListenAddress result = std::move(address).value();
  result.port = port;
  return result;
}

std::string ToString(const ListenAddress& address) {
  const std::string port = ":" + std::to_string(address.port);
  switch (address.kind) {
    case ListenAddress::Kind::kEverywhere:
      return port;
    case ListenAddress::Kind::kIpv4:
      return address.host + port;
    case ListenAddress::Kind::kIpv6:
      return "[" + address.host + "]" + port;
    case ListenAddress::Kind::kUnix:
      return "unix:" + address.path;
  }
  return "";
}

}  // namespace certhealth
