// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/asked_server.h"

#include <charconv>

#include "collectors/net/http_url.h"

namespace certhealth {
namespace {

constexpr std::uint16_t kDnsPort = 53;

std::optional<std::uint16_t> ParsePort(const std::string& text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end || port == 0) return std::nullopt;
  return port;
}

}  // namespace

std::optional<AskedServer> AcmeServerOf(const RenewalConf& conf) {
  const auto url = ParseHttpUrl(conf.server.str());
  if (!url) return std::nullopt;
  AskedServer server{conf.server.str(), {}, url->port};
  if (url->host == "localhost") {
    server.addresses = {*ParseIpAddress("127.0.0.1"), *ParseIpAddress("::1")};
  } else if (const auto address = ParseIpAddress(url->host)) {
    server.addresses = {*address};
  } else {
    return std::nullopt;
  }
  return server;
}

std::optional<AskedServer> DnsServerOf(const CredentialsFile& credentials) {
  const auto host = credentials.keys.find("dns_rfc2136_server");
  if (host == credentials.keys.end()) return std::nullopt;
  const auto address = ParseIpAddress(host->second);
  if (!address) return std::nullopt;
  const auto given = credentials.keys.find("dns_rfc2136_port");
  const bool is_usual = given == credentials.keys.end() || given->second.empty();
  const auto port = is_usual ? kDnsPort : ParsePort(given->second);
  if (!port) return std::nullopt;
  return AskedServer{host->second, {*address}, *port};
}

}  // namespace certhealth
