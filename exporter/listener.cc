// SPDX-License-Identifier: Apache-2.0
#include "exporter/listener.h"

#include <sys/socket.h>

#include <cerrno>

#include "collectors/base/file_descriptor.h"

namespace certhealth {
namespace {

#ifdef CERTHEALTH_PACKAGED_CIVETWEB
constexpr bool kPackagedCivetweb = true;
#else
constexpr bool kPackagedCivetweb = false;
#endif

bool HasIpv6() {
  return !kPackagedCivetweb &&
         FileDescriptor(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)).valid();
}

}  // namespace

Result<Listener> MakeListener(const std::string& text, std::vector<SocketFile>& socket_files) {
  auto parsed = ParseListenAddress(text);
  if (!parsed) return parsed.error();
  Listener listener{std::move(parsed).value(), text, ""};
  const ListenAddress& address = listener.address;
  const std::string port = std::to_string(address.port);
  using Kind = ListenAddress::Kind;
  if (kPackagedCivetweb && (address.kind == Kind::kIpv6 || address.kind == Kind::kUnix)) {
    return Failure{Reason::kBadText,
                   "cannot listen on " + text +
                       ": this binary was built with the packaged civetweb, which knows neither "
                       "IPv6 nor unix sockets; run scripts/build-civetweb and build again"};
  }
  switch (address.kind) {
    case Kind::kEverywhere:
      listener.spec = (HasIpv6() ? "+" : "") + port;
      break;
    case Kind::kIpv4:
      listener.spec = address.host + ":" + port;
      break;
    case Kind::kIpv6:
      // As elsewhere in Prometheus's world, the IPv6 wildcard means IPv4 too.
      listener.spec = address.host == "::" ? "+" + port : "[" + address.host + "]:" + port;
      break;
    case Kind::kUnix: {
      auto file = SocketFile::Claim(address.path);
      if (!file) {
        return Failure{file.error().reason, "cannot listen on unix:" + file.error().detail};
      }
      listener.spec = "x" + file->BindPath();
      socket_files.push_back(std::move(file).value());
      break;
    }
  }
  return listener;
}

std::string ListeningPorts(const std::vector<Listener>& listeners) {
  std::string ports;
  // civetweb looks for the colon of a host beyond the end of an entry that starts with a letter, so
  // unix sockets come last.
  for (const bool is_unix : {false, true}) {
    for (const Listener& listener : listeners) {
      if ((listener.address.kind == ListenAddress::Kind::kUnix) != is_unix) continue;
      ports += (ports.empty() ? "" : ",") + listener.spec;
    }
  }
  return ports;
}

Failure WhyNotListening(const std::vector<Listener>& listeners,
                        const std::vector<std::string>& log) {
  // "cannot bind to IPv6 +10090: 98 (Address already in use)"
  for (const std::string& line : log) {
    const auto open = line.rfind('(');
    const auto close = line.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close < open) continue;
    const std::string cause = line.substr(open + 1, close - open - 1);
    for (const Listener& listener : listeners) {
      const std::string spec = listener.spec.substr(listener.spec.starts_with('x') ? 1 : 0);
      if (line.find(" " + spec + ":") == std::string::npos) continue;
      const bool denied = line.find(": " + std::to_string(EACCES) + " (") != std::string::npos;
      return {denied ? Reason::kPermissionDenied : Reason::kReadFailed,
              "cannot listen on " + listener.text + ": " + cause};
    }
  }
  std::string addresses;
  for (const Listener& listener : listeners) addresses += " " + listener.text;
  return {Reason::kReadFailed, "cannot listen on" + addresses + ": " +
                                   (log.empty() ? "civetweb does not say why" : log.front())};
}

}  // namespace certhealth
