// SPDX-License-Identifier: Apache-2.0
#include "exporter/flag_table.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collectors/endpoint/endpoint_url.h"
#include "exporter/config_values.h"
#include "exporter/duration.h"
#include "exporter/escape.h"
#include "exporter/nearest_word.h"
#include "exporter/rfc3339.h"

namespace certhealth {
namespace {

using Applied = std::optional<Failure>;

template <typename Field, typename Value>
Applied Set(Field& field, Result<Value> parsed) {
  if (!parsed) return parsed.error();
  field = *std::move(parsed);
  return std::nullopt;
}

Applied Append(std::vector<std::string>& list, Result<std::string> parsed) {
  if (!parsed) return parsed.error();
  list.push_back(*std::move(parsed));
  return std::nullopt;
}

template <typename Enum, std::size_t N>
using Choices = std::array<std::pair<std::string_view, Enum>, N>;

template <typename Enum, std::size_t N>
Result<Enum> Choose(std::string_view text, const Choices<Enum, N>& choices) {
  std::array<std::string_view, N> names;
  for (std::size_t i = 0; i < N; ++i) {
    if (choices[i].first == text) return choices[i].second;
    names[i] = choices[i].first;
  }
  return Failure{Reason::kBadText,
                 "unknown value '" + Printable(text) + "'" + DidYouMean(text, names)};
}

constexpr Choices<LogLevel, 4> kLogLevels = {{{"debug", LogLevel::kDebug},
                                              {"info", LogLevel::kInfo},
                                              {"warn", LogLevel::kWarn},
                                              {"error", LogLevel::kError}}};
constexpr Choices<LogFormat, 2> kLogFormats = {
    {{"logfmt", LogFormat::kLogfmt}, {"json", LogFormat::kJson}}};
constexpr Choices<CheckFormat, 4> kCheckFormats = {{{"table", CheckFormat::kTable},
                                                    {"json", CheckFormat::kJson},
                                                    {"prometheus", CheckFormat::kPrometheus},
                                                    {"openmetrics", CheckFormat::kOpenMetrics}}};
constexpr Choices<Color, 3> kColors = {
    {{"auto", Color::kAuto}, {"always", Color::kAlways}, {"never", Color::kNever}}};

constexpr Choices<PreflightCheck, 4> kPreflightChecks = {{{"dns", PreflightCheck::kDns},
                                                          {"caa", PreflightCheck::kCaa},
                                                          {"http01", PreflightCheck::kHttp01},
                                                          {"acme", PreflightCheck::kAcme}}};

/// "dns,caa": each of the list's members joins the set.
Applied AddPreflightChecks(std::set<PreflightCheck>& checks, std::string_view list) {
  while (true) {
    const std::size_t comma = list.find(',');
    const Result<PreflightCheck> check = Choose(list.substr(0, comma), kPreflightChecks);
    if (!check) return check.error();
    checks.insert(*check);
    if (comma == std::string_view::npos) return std::nullopt;
    list.remove_prefix(comma + 1);
  }
}

Applied AddPreflightAddress(std::vector<AddressRange>& addresses, std::string_view text) {
  const auto range = ParseAddressRange(text);
  if (!range) {
    return Failure{Reason::kBadText, "'" + Printable(text) +
                                         "' is not an address such as 192.0.2.1, 2001:db8::1 or "
                                         "192.0.2.0/24"};
  }
  addresses.push_back(*range);
  return std::nullopt;
}

Result<std::string> ParseNotEmpty(std::string_view text) {
  if (text.empty()) return Failure{Reason::kBadText, "the path is empty"};
  return std::string(text);
}

Applied AddEndpoint(Config& config, std::string_view value) {
  auto target = ParseEndpointUrl(value);
  if (!target) return target.error();
  for (const WatchedEndpoint& watched : config.endpoints) {
    if (NameOf(watched.order.target) == NameOf(*target))
      return Failure{Reason::kBadText, "'" + Printable(value) + "' is there already"};
  }
  config.endpoints.emplace_back().order.target = *std::move(target);
  return std::nullopt;
}

Result<std::size_t> ParseConcurrency(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr std::size_t kMost = 10000;
  if (error != std::errc{} || end != text.data() + text.size() || number < 1 || number > kMost)
    return Failure{Reason::kBadText, "'" + Printable(text) + "' is no number from 1 to 10000"};
  return number;
}

Result<std::chrono::milliseconds> ParseInterval(std::string_view text) {
  const auto interval = ParseDuration(text);
  if (interval && *interval < std::chrono::seconds(1)) {
    return Failure{Reason::kBadText, "'" + Printable(text) + "' is less than 1s"};
  }
  return interval;
}

constexpr std::string_view kLook = "What to look at";
constexpr std::string_view kPreflight = "What to ask beyond the files";
constexpr std::string_view kWeb = "Web";
constexpr std::string_view kCheckOnly = "Of check alone";
constexpr std::string_view kConfiguration = "Configuration";
constexpr std::string_view kGeneral = "General";

constexpr Flag kFlags[] = {
    {{"certbot.config-dir", FlagKind::kRepeated},
     FlagScope::kHook,
     kLook,
     "DIR",
     "",
     "Holds live/, archive/, renewal/; found by default",
     [](Config& config, std::string_view value) {
       return Set(config.certbot.emplace_back().config_dir, ParseTypedPath(value));
     }},
    {{"certbot.logs-dir", FlagKind::kSingle},
     FlagScope::kAny,
     kLook,
     "DIR",
     "",
     "Where certbot writes its logs; found by default",
     [](Config& config, std::string_view value) {
       return Set(config.certbot_logs_dir, ParseTypedPath(value));
     }},
    {{"files", FlagKind::kRepeated},
     FlagScope::kAny,
     kLook,
     "GLOB",
     "",
     "Other files, PEM or DER; ** is any directories",
     [](Config& config, std::string_view value) {
       return Append(config.files, ParseTypedPath(value));
     }},
    {{"endpoints", FlagKind::kRepeated},
     FlagScope::kAny,
     kLook,
     "ENDPOINT",
     "",
     "What servers present: HOST:PORT, smtp://HOST, ...",
     AddEndpoint},
    {{"endpoints.local", FlagKind::kSwitch},
     FlagScope::kAny,
     kLook,
     "",
     "true",
     "Ask this machine's own listeners for the names of its lineages",
     [](Config& config, std::string_view value) {
       return Set(config.endpoints_local, Result(value == "true"));
     }},
    {{"root", FlagKind::kSingle},
     FlagScope::kHook,
     kLook,
     "DIR",
     "/",
     "Prefix of every path read, as containers mount a host",
     [](Config& config, std::string_view value) {
       return Set(config.root, ParseTypedPath(value));
     }},
    {{"state.dir", FlagKind::kSingle},
     FlagScope::kHook,
     kLook,
     "DIR",
     "/var/lib/certhealth_exporter",
     "Holds the hook's records",
     [](Config& config, std::string_view value) {
       return Set(config.state_dir, ParseTypedPath(value));
     }},
    {{"interval.files", FlagKind::kSingle},
     FlagScope::kAny,
     kLook,
     "DURATION",
     "60s",
     "How often files are looked at",
     [](Config& config, std::string_view value) {
       return Set(config.interval_files, ParseInterval(value));
     }},
    {{"interval.endpoints", FlagKind::kSingle},
     FlagScope::kAny,
     kLook,
     "DURATION",
     "5m",
     "How often each endpoint is asked",
     [](Config& config, std::string_view value) {
       return Set(config.interval_endpoints, ParseInterval(value));
     }},
    {{"probe.concurrency", FlagKind::kSingle},
     FlagScope::kAny,
     kLook,
     "NUMBER",
     "2048",
     "Most endpoints that are asked at the same time",
     [](Config& config, std::string_view value) {
       return Set(config.probe_concurrency, ParseConcurrency(value));
     }},
    {{"probe.timeout", FlagKind::kSingle},
     FlagScope::kAny,
     kLook,
     "DURATION",
     "10s",
     "How long a whole probe may take",
     [](Config& config, std::string_view value) {
       return Set(config.probe_timeout, ParseInterval(value));
     }},
    {{"keys.verify", FlagKind::kSwitch},
     FlagScope::kAny,
     kLook,
     "",
     "false",
     "Read private keys, to compare with certificates, and keys for DNS",
     [](Config& config, std::string_view value) {
       return Set(config.verify_keys, Result(value == "true"));
     }},
    {{"metrics.dns-names", FlagKind::kSwitch},
     FlagScope::kAny,
     kLook,
     "",
     "false",
     "A series certhealth_dns_name_info for each DNS name",
     [](Config& config, std::string_view value) {
       return Set(config.metrics_dns_names, Result(value == "true"));
     }},

    {{"preflight", FlagKind::kRepeated},
     FlagScope::kAny,
     kPreflight,
     "CHECKS",
     "",
     "Try beforehand: dns,caa,http01,acme; none by default",
     [](Config& config, std::string_view value) {
       return AddPreflightChecks(config.preflight, value);
     }},
    {{"preflight.timeout", FlagKind::kSingle},
     FlagScope::kAny,
     kPreflight,
     "DURATION",
     "10s",
     "How long the checks of one lineage may take",
     [](Config& config, std::string_view value) {
       return Set(config.preflight_timeout, ParseInterval(value));
     }},
    {{"preflight.addresses", FlagKind::kRepeated},
     FlagScope::kAny,
     kPreflight,
     "ADDRESS",
     "",
     "NAT or balancer before this machine; or 192.0.2.0/24",
     [](Config& config, std::string_view value) {
       return AddPreflightAddress(config.preflight_addresses, value);
     }},
    {{"preflight.resolver", FlagKind::kSingle},
     FlagScope::kAny,
     kPreflight,
     "ADDRESS",
     "",
     "Whom to ask for names; by default /etc/resolv.conf tells",
     [](Config& config, std::string_view value) {
       return Set(config.preflight_resolver, ParseSocketAddress(value));
     }},
    {{"preflight.http-port", FlagKind::kSingle},
     FlagScope::kAny,
     kPreflight,
     "PORT",
     "80",
     "Where a private CA asks for http-01",
     [](Config& config, std::string_view value) {
       return Set(config.preflight_http_port, ParsePort(value));
     }},
    {{"interval.preflight", FlagKind::kSingle},
     FlagScope::kAny,
     kPreflight,
     "DURATION",
     "1h",
     "How often it is asked",
     [](Config& config, std::string_view value) {
       return Set(config.interval_preflight, ParseInterval(value));
     }},

    {{"web.listen-address", FlagKind::kRepeated},
     FlagScope::kAny,
     kWeb,
     "ADDRESS",
     ":10090",
     "HOST:PORT, [IPV6]:PORT or unix:/PATH",
     [](Config& config, std::string_view value) {
       return Append(config.listen_addresses, ParseListenAddress(value));
     }},
    {{"web.telemetry-path", FlagKind::kSingle},
     FlagScope::kAny,
     kWeb,
     "PATH",
     "/metrics",
     "The path of the metrics",
     [](Config& config, std::string_view value) {
       return Set(config.telemetry_path, ParseTelemetryPath(value));
     }},
    {{"web.enable-lifecycle", FlagKind::kSwitch},
     FlagScope::kAny,
     kWeb,
     "",
     "false",
     "POST /-/reload reloads the configuration, as SIGHUP does",
     [](Config& config, std::string_view value) {
       return Set(config.enable_lifecycle, Result(value == "true"));
     }},

    {{"format", FlagKind::kSingle},
     FlagScope::kCheck,
     kCheckOnly,
     "FORMAT",
     "table",
     "table, json, prometheus or openmetrics",
     [](Config& config, std::string_view value) {
       return Set(config.format, Choose(value, kCheckFormats));
     }},
    {{"at", FlagKind::kSingle},
     FlagScope::kCheck,
     kCheckOnly,
     "TIME",
     "",
     "Judge as of 2026-12-24T00:00:00Z or 2026-12-24; now by default",
     [](Config& config, std::string_view value) { return Set(config.at, ParseRfc3339(value)); }},
    {{"textfile.path", FlagKind::kSingle},
     FlagScope::kCheck,
     kCheckOnly,
     "FILE",
     "",
     "Also write metrics there, for node_exporter's textfile collector",
     [](Config& config, std::string_view value) {
       return Set(config.textfile_path, ParseNotEmpty(value));
     }},
    {{"color", FlagKind::kSingle},
     FlagScope::kCheck,
     kCheckOnly,
     "WHEN",
     "auto",
     "Colors: auto (on a terminal), always or never",
     [](Config& config, std::string_view value) {
       return Set(config.color, Choose(value, kColors));
     }},

    {{"config.file", FlagKind::kSingle},
     FlagScope::kHook,
     kConfiguration,
     "FILE",
     "",
     "Configuration file (INI); flags win over it",
     [](Config& config, std::string_view value) {
       return Set(config.config_file, ParseNotEmpty(value));
     }},
    {{"config.check", FlagKind::kSwitch},
     FlagScope::kAny,
     kConfiguration,
     "",
     "false",
     "Check the configuration, say OK or what is wrong, exit 0 or 3",
     [](Config& config, std::string_view value) {
       return Set(config.config_check, Result(value == "true"));
     }},

    {{"log.level", FlagKind::kSingle},
     FlagScope::kAny,
     kGeneral,
     "LEVEL",
     "info",
     "Least severity to log: debug, info, warn or error",
     [](Config& config, std::string_view value) {
       return Set(config.log_level, Choose(value, kLogLevels));
     }},
    {{"log.format", FlagKind::kSingle},
     FlagScope::kAny,
     kGeneral,
     "FORMAT",
     "logfmt",
     "How to log: logfmt or json",
     [](Config& config, std::string_view value) {
       return Set(config.log_format, Choose(value, kLogFormats));
     }},
    {{"help", FlagKind::kSwitch}, FlagScope::kAny, kGeneral, "", "", "Print this and exit"},
    {{"version", FlagKind::kSwitch},
     FlagScope::kAny,
     kGeneral,
     "",
     "",
     "Print the version and exit"},
};

}  // namespace

std::span<const Flag> FlagTable() { return kFlags; }

}  // namespace certhealth
