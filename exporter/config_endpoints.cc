// SPDX-License-Identifier: Apache-2.0
#include "exporter/config_endpoints.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collectors/base/result.h"
#include "collectors/endpoint/endpoint_url.h"
#include "exporter/config_values.h"
#include "exporter/duration.h"
#include "exporter/escape.h"
#include "exporter/nearest_word.h"

namespace certhealth {
namespace {

using Applied = std::optional<Failure>;

Failure Bad(std::string_view value, std::string_view why) {
  return {Reason::kBadText, "'" + Printable(value) + "' " + std::string(why)};
}

std::string_view Trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// The words between commas; an empty one is kept, and refused by who reads it.
std::vector<std::string_view> SplitList(std::string_view value) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t comma = value.find(',');
    words.push_back(Trim(value.substr(0, comma)));
    if (comma == std::string_view::npos) return words;
    value.remove_prefix(comma + 1);
  }
}

// What [endpoint] and [probe] share.

Applied SetAlpn(std::vector<std::string>& alpn, std::string_view value) {
  for (const std::string_view protocol : SplitList(value)) {
    if (protocol.empty() || protocol.size() > 255)
      return Bad(protocol, "is no protocol of ALPN, such as h2");
    alpn.emplace_back(protocol);
  }
  return std::nullopt;
}

Applied SetMinProtocol(std::string& protocol, std::string_view value) {
  constexpr std::array<std::string_view, 4> kProtocols = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
  if (std::ranges::find(kProtocols, value) == kProtocols.end())
    return Failure{Reason::kBadText,
                   "unknown protocol '" + Printable(value) + "'" + DidYouMean(value, kProtocols)};
  protocol = value;
  return std::nullopt;
}

Applied SetPath(std::string& path, std::string_view value) {
  auto parsed = ParseAbsolutePath(value);
  if (!parsed) return parsed.error();
  path = *std::move(parsed);
  return std::nullopt;
}

Applied SetSpan(std::optional<std::chrono::milliseconds>& span, std::string_view value,
                std::chrono::milliseconds least) {
  const auto parsed = ParseDuration(value);
  if (!parsed) return parsed.error();
  if (*parsed < least) return Bad(value, "is less than " + std::to_string(least.count()) + "ms");
  span = *parsed;
  return std::nullopt;
}

constexpr std::chrono::milliseconds kLeastTimeout{100};
constexpr std::chrono::milliseconds kLeastInterval{1000};

// [endpoint "NAME"]

EndpointSection& Section(ConfigReading& reading) { return reading.settings.endpoints.back(); }

Applied AddTarget(ConfigReading& reading, std::string_view value) {
  auto target = ParseEndpointUrl(value);
  if (!target) return target.error();
  Section(reading).targets.push_back(*std::move(target));
  return std::nullopt;
}

Applied SetServerName(ConfigReading& reading, std::string_view value) {
  auto name = ParseHostName(value);
  if (!name) return name.error();
  Section(reading).settings.order.target.server_name = *std::move(name);
  return std::nullopt;
}

Applied SetAddresses(ConfigReading& reading, std::string_view value) {
  if (value != "together" && value != "each") return Bad(value, "is neither together nor each");
  Section(reading).settings.addresses =
      value == "each" ? AddressSeries::kEach : AddressSeries::kTogether;
  return std::nullopt;
}

constexpr auto kEndpointKeys = std::to_array<KeyRule>({
    {"target", KeyUse::kNeeded, KeyCount::kRepeated, AddTarget},
    {"server-name", KeyUse::kOptional, KeyCount::kOnce, SetServerName},
    {"alpn", KeyUse::kOptional, KeyCount::kOnce,
     [](ConfigReading& reading, std::string_view value) {
       return SetAlpn(Section(reading).settings.order.alpn, value);
     }},
    {"min-protocol", KeyUse::kOptional, KeyCount::kOnce,
     [](ConfigReading& reading, std::string_view value) {
       return SetMinProtocol(Section(reading).settings.order.min_protocol, value);
     }},
    {"client-certificate", KeyUse::kOptional, KeyCount::kOnce,
     [](ConfigReading& reading, std::string_view value) {
       return SetPath(Section(reading).settings.order.client_certificate, value);
     }},
    {"roots", KeyUse::kOptional, KeyCount::kOnce,
     [](ConfigReading& reading, std::string_view value) {
       return SetPath(Section(reading).settings.order.roots, value);
     }},
    {"addresses", KeyUse::kOptional, KeyCount::kOnce, SetAddresses},
    {"interval", KeyUse::kOptional, KeyCount::kOnce,
     [](ConfigReading& reading, std::string_view value) {
       return SetSpan(Section(reading).settings.interval, value, kLeastInterval);
     }},
    {"timeout", KeyUse::kOptional, KeyCount::kOnce,
     [](ConfigReading& reading, std::string_view value) {
       return SetSpan(Section(reading).settings.timeout, value, kLeastTimeout);
     }},
});

// [local]

Applied AddPorts(ConfigReading& reading, std::string_view value) {
  for (const std::string_view word : SplitList(value)) {
    const std::size_t colon = word.find(':');
    const std::string_view digits = colon == std::string_view::npos ? word : word.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port == 0)
      return Bad(word, "is no port, such as 443 or smtp:2525");
    auto starttls = std::optional(StartTlsOfPort(port));
    if (colon != std::string_view::npos) starttls = StartTlsOfScheme(word.substr(0, colon));
    if (!starttls) return Bad(word, "names no protocol before the port, such as smtp:2525");
    reading.settings.local_ports.push_back({port, *starttls});
  }
  return std::nullopt;
}

constexpr auto kLocalKeys = std::to_array<KeyRule>({
    {"ports", KeyUse::kNeeded, KeyCount::kRepeated, AddPorts},
});

// [probe "NAME"]

ProbeModule& Module(ConfigReading& reading) { return reading.settings.probe_modules.back(); }

/// Targets are matched in lower case, and the bracket of an IPv6 address begins no set, unless it
/// is written as one: "[[]2001:db8::1]:443".
std::string AsTargetsAre(std::string_view glob) {
  const bool is_address = glob.starts_with('[') && !glob.starts_with("[[");
  std::string lower(is_address ? "\\" : "");
  for (const char c : glob) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

Applied AddTargets(ConfigReading& reading, std::string_view value) {
  for (const std::string_view glob : SplitList(value)) {
    if (glob.find(':') == std::string_view::npos)
      return Bad(glob, "has no port; say *.example.com:443, or *.example.com:* for any");
    Module(reading).targets.push_back(AsTargetsAre(glob));
  }
  return std::nullopt;
}

Applied SetPrivate(ConfigReading& reading, std::string_view value) {
  if (value != "yes" && value != "no") return Bad(value, "is neither yes nor no");
  Module(reading).reach = value == "yes" ? ProbeReach::kEverywhere : ProbeReach::kPublicInternet;
  return std::nullopt;
}

Applied SetStartTls(ConfigReading& reading, std::string_view value) {
  const auto starttls = StartTlsOfScheme(value);
  if (!starttls || *starttls == StartTls::kNone)
    return Bad(value, "is no protocol with STARTTLS, such as smtp or imap");
  Module(reading).starttls = *starttls;
  return std::nullopt;
}

constexpr auto kProbeKeys = std::to_array<KeyRule>({
    {"targets", KeyUse::kNeeded, KeyCount::kRepeated, AddTargets},
    {"private", KeyUse::kOptional, KeyCount::kOnce, SetPrivate},
    {"starttls", KeyUse::kOptional, KeyCount::kOnce, SetStartTls},
    {"alpn", KeyUse::kOptional, KeyCount::kOnce,
     [](ConfigReading& reading, std::string_view value) {
       return SetAlpn(Module(reading).alpn, value);
     }},
    {"min-protocol", KeyUse::kOptional, KeyCount::kOnce,
     [](ConfigReading& reading, std::string_view value) {
       return SetMinProtocol(Module(reading).min_protocol, value);
     }},
    {"client-certificate", KeyUse::kOptional, KeyCount::kOnce,
     [](ConfigReading& reading, std::string_view value) {
       return SetPath(Module(reading).client_certificate, value);
     }},
    {"roots", KeyUse::kOptional, KeyCount::kOnce,
     [](ConfigReading& reading, std::string_view value) {
       return SetPath(Module(reading).roots, value);
     }},
    {"timeout", KeyUse::kOptional, KeyCount::kOnce,
     [](ConfigReading& reading, std::string_view value) {
       return SetSpan(Module(reading).timeout, value, kLeastTimeout);
     }},
});

}  // namespace

std::span<const KeyRule> EndpointKeys() { return kEndpointKeys; }
std::span<const KeyRule> LocalKeys() { return kLocalKeys; }
std::span<const KeyRule> ProbeKeys() { return kProbeKeys; }

void StartEndpoint(FileSettings& settings, std::string_view /*name*/) {
  settings.endpoints.emplace_back();
}

std::optional<Failure> JudgeEndpoint(const FileSettings& settings) {
  std::set<std::string> names;
  for (const WatchedEndpoint& watched : EndpointsOf(settings)) {
    const std::string name = NameOf(watched.order.target);
    if (!names.insert(name).second)
      return Failure{Reason::kBadText, "has " + name + ", which is among the endpoints already"};
  }
  return std::nullopt;
}

void StartProbe(FileSettings& settings, std::string_view name) {
  settings.probe_modules.emplace_back().name = name;
}

}  // namespace certhealth
