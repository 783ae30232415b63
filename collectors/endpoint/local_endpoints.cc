// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/local_endpoints.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <unordered_set>

#include "collectors/certbot/lineage.h"
#include "collectors/endpoint/endpoint_url.h"

namespace certhealth {
namespace {

constexpr std::size_t kNamesOfACertificate = 10;

/// Ports that speak TLS from the first byte and serve no web pages.
constexpr auto kNoWebPorts =
    std::to_array<std::uint16_t>({465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 5223, 6697});

bool IsWebPort(const LocalPort& port) {
  return port.starttls == StartTls::kNone &&
         std::ranges::find(kNoWebPorts, port.port) == kNoWebPorts.end();
}

struct NamesOfOne {
  std::vector<std::string> names;
  std::string sha256;
};

std::vector<std::string> NamesToAsk(const Certificate& leaf) {
  std::vector<std::string> names;
  std::unordered_set<std::string_view> seen;
  std::size_t plain = 0;
  for (const std::string& name : leaf.dns_names) {
    const bool is_wildcard = name.starts_with("*.");
    if (!is_wildcard && plain >= kNamesOfACertificate) continue;
    if (names.size() >= 2 * kNamesOfACertificate) break;
    // What is no name in DNS cannot be asked for.
    const auto target = ParseEndpointUrl(is_wildcard ? name.substr(2) : name);
    if (!target || target->host != (is_wildcard ? name.substr(2) : name)) continue;
    if (IsIpAddress(target->host) || !seen.insert(name).second) continue;
    names.push_back(name);
    plain += is_wildcard ? 0 : 1;
  }
  return names;
}

std::vector<NamesOfOne> NamesOnDisk(const Snapshot& known) {
  std::vector<NamesOfOne> all;
  std::unordered_set<const Certificate*> seen;
  for (const auto& run : known.runs) {
    for (const auto& bundle : run->bundles) {
      if (bundle->source == Source::kEndpoint) continue;
      const Certificate* leaf = bundle->chain.empty() ? nullptr : bundle->chain.front().get();
      if (leaf == nullptr && bundle->lineage != nullptr) leaf = bundle->lineage->newest.get();
      if (leaf == nullptr || leaf->is_ca || !seen.insert(leaf).second) continue;
      all.push_back({NamesToAsk(*leaf), ToHex(leaf->sha256)});
    }
  }
  return all;
}

/// Where to connect to reach a listener.
std::string AddressOf(const ListeningSocket& listener) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (listener.is_mapped_ipv4()) {
    inet_ntop(AF_INET, listener.address.data() + 12, text.data(), text.size());
    return std::string(text.data()) == "0.0.0.0" ? "127.0.0.1" : text.data();
  }
  const bool v6 = listener.family == AddressFamily::kIpv6;
  if (listener.is_wildcard()) return v6 ? "::1" : "127.0.0.1";
  inet_ntop(v6 ? AF_INET6 : AF_INET, listener.address.data(), text.data(), text.size());
  return text.data();
}

bool IsLinkLocal(const ListeningSocket& listener) {
  return listener.family == AddressFamily::kIpv6 && listener.address[0] == 0xfe &&
         (listener.address[1] & 0xc0U) == 0x80;
}

/// The addresses at which `port` is listened on. One service commonly has a socket for every
/// address of IPv4 and another one for IPv6: it is asked once.
std::set<std::string> AddressesOf(std::span<const ListeningSocket> listeners, std::uint16_t port) {
  const bool any_ipv4 = std::ranges::any_of(listeners, [&](const ListeningSocket& one) {
    return one.port == port && one.family == AddressFamily::kIpv4 && one.is_wildcard();
  });
  std::set<std::string> addresses;
  for (const ListeningSocket& listener : listeners) {
    // A link-local address needs an interface besides.
    if (listener.port != port || IsLinkLocal(listener)) continue;
    if (any_ipv4 && listener.family == AddressFamily::kIpv6 && listener.is_wildcard()) continue;
    addresses.insert(AddressOf(listener));
  }
  return addresses;
}

struct Place {
  LocalPort port;
  std::string address;
  bool shares_port = false;  // with listeners on other addresses
};

LocalQuestion Ask(const Place& place, const std::string& name, const std::string& expected) {
  LocalQuestion question;
  question.target.host = name;
  question.target.port = place.port.port;
  question.target.starttls = place.port.starttls;
  question.target.address = place.address;
  question.target.server_name =
      name.starts_with("*.") ? std::string(kMadeUpLabel) + name.substr(1) : name;
  question.name = HostAndPort(name, place.port.port);
  if (place.shares_port) question.name += "@" + place.address;
  question.expected = expected;
  return question;
}

std::vector<Place> PlacesToAsk(std::span<const ListeningSocket> listeners,
                               std::span<const LocalPort> ports) {
  std::vector<Place> places;
  std::set<std::uint16_t> seen;
  for (const LocalPort& port : ports) {
    if (!seen.insert(port.port).second) continue;
    const std::set<std::string> addresses = AddressesOf(listeners, port.port);
    for (const std::string& address : addresses)
      places.push_back({port, address, addresses.size() > 1});
  }
  return places;
}

}  // namespace

std::vector<LocalQuestion> LocalQuestions(std::span<const ListeningSocket> listeners,
                                          std::span<const LocalPort> ports, const Snapshot& known) {
  std::vector<LocalQuestion> questions;
  const std::vector<Place> places = PlacesToAsk(listeners, ports);
  if (places.empty()) return questions;
  const std::vector<NamesOfOne> certificates = NamesOnDisk(known);
  std::unordered_set<std::string> seen;
  // Every certificate's first name, then every second one: the bound must not leave the last
  // certificates out.
  for (std::size_t turn = 0; turn < 2 * kNamesOfACertificate; ++turn) {
    for (const NamesOfOne& certificate : certificates) {
      if (turn >= certificate.names.size()) continue;
      for (const Place& place : places) {
        if (turn > 0 && !IsWebPort(place.port)) continue;
        LocalQuestion question = Ask(place, certificate.names[turn], certificate.sha256);
        if (!seen.insert(question.name).second) continue;
        questions.push_back(std::move(question));
        if (questions.size() == kMostLocalQuestions) return questions;
      }
    }
  }
  return questions;
}

}  // namespace certhealth
