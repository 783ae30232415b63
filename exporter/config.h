// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/certbot/places.h"
#include "collectors/endpoint/endpoint_options.h"
#include "collectors/preflight/own_addresses.h"
#include "collectors/preflight/preflight.h"
#include "exporter/log.h"
#include "exporter/probe/probe_module.h"

namespace certhealth {

enum class Command { kServe, kCheck, kProbe, kHookInstall, kHookRemove };
enum class CheckFormat { kTable, kJson, kPrometheus, kOpenMetrics };
enum class Color { kAuto, kAlways, kNever };

/// Everything that flags and configuration file decide together. Plain data; every value has been
/// checked by whoever made it (ParseCommandLine, ParseConfigFile).
struct Config {
  Command command = Command::kServe;
  std::vector<std::string> names;  // of `check`: only these; empty: all; of `probe`: what to ask

  // What to look at.
  std::vector<CertbotPlace> certbot;            // empty: found
  std::optional<std::string> certbot_logs_dir;  // of every place without its own; none: found
  std::vector<std::string> files;               // absolute globs of PEM and DER files
  std::string root = "/";                       // prefix of every path that is read
  std::chrono::milliseconds interval_files = std::chrono::minutes(1);
  std::vector<WatchedEndpoint> endpoints;
  bool endpoints_local = true;                           // ask this machine's own listeners
  std::vector<LocalPort> local_ports = UsualTlsPorts();  // on these ports
  std::chrono::milliseconds interval_endpoints = std::chrono::minutes(5);
  std::size_t probe_concurrency = 2048;
  std::chrono::milliseconds probe_timeout = std::chrono::seconds(10);  // of a whole probe
  std::string state_dir = "/var/lib/certhealth_exporter";  // where the hook keeps its records
  bool verify_keys = false;  // read private keys, to compare them with their certificates

  // What to ask beyond this machine's files; nothing by default.
  std::set<PreflightCheck> preflight;
  std::chrono::milliseconds preflight_timeout = std::chrono::seconds(10);
  std::chrono::milliseconds interval_preflight = std::chrono::hours(1);
  std::vector<AddressRange> preflight_addresses;    // of this machine, beside its interfaces'
  std::optional<SocketAddress> preflight_resolver;  // absent: the system's
  std::uint16_t preflight_http_port = 80;

  // What to tell.
  bool metrics_dns_names = false;                          // a series for each DNS name
  std::vector<std::string> ignored_problems;               // ids that are not reported
  std::vector<std::string> listen_addresses = {":10090"};  // HOST:PORT, [IPV6]:PORT or unix:/PATH
  std::string telemetry_path = "/metrics";
  bool enable_lifecycle = false;           // POST /-/reload
  std::vector<ProbeModule> probe_modules;  // what /probe may ask; from the file alone

  // Of `check` alone.
  CheckFormat format = CheckFormat::kTable;
  std::optional<WallTime> at;  // judge as of then; none: now
  std::string textfile_path;   // empty: none
  Color color = Color::kAuto;

  std::string config_file;    // as typed, may be relative; empty: none
  bool config_check = false;  // check the configuration and do nothing else
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kLogfmt;

  bool operator==(const Config&) const = default;
};

/// A section [endpoint "NAME"]: endpoints that are asked alike.
struct EndpointSection {
  std::vector<EndpointTarget> targets;
  WatchedEndpoint settings;  // without a target

  bool operator==(const EndpointSection&) const = default;
};

/// What the configuration file says.
struct FileSettings {
  std::vector<CertbotPlace> certbot;
  std::vector<std::string> files;
  std::vector<EndpointSection> endpoints;
  std::vector<ProbeModule> probe_modules;
  std::vector<LocalPort> local_ports;  // empty: the usual ones
  std::vector<std::string> ignored_problems;

  bool operator==(const FileSettings&) const = default;
};

/// The endpoints of all sections, each as it is asked.
std::vector<WatchedEndpoint> EndpointsOf(const FileSettings& file);

/// The flags' configuration, completed by the file where the flags are silent. Lists are not
/// joined: typing `--files` once sets all of the file's globs aside.
Config Merge(Config flags, const FileSettings& file);

}  // namespace certhealth
