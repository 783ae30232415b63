// SPDX-License-Identifier: Apache-2.0
#include "exporter/probe/probe_page.h"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string_view>

#include "collectors/endpoint/endpoint.h"
#include "exporter/metrics.h"
#include "exporter/report.h"

namespace certhealth {
namespace {

using Labels = std::initializer_list<SampleText::ExtraLabel>;

/// One family of one sample.
std::string Gauge(std::string_view name, std::string_view help, double value, Labels labels = {}) {
  SampleText samples(name, FamilyHeader(name, "gauge", help));
  samples.Add({}, labels, value);
  return std::move(samples).TakeText();
}

double Seconds(WallTime moment) { return static_cast<double>(moment.time_since_epoch().count()); }

WallTime EarliestEnd(const Bundle& endpoint) {
  return (*std::ranges::min_element(endpoint.chain, {},
                                    [](const auto& one) { return one->not_after; }))
      ->not_after;
}

/// As blackbox_exporter prints a serial: two digits a byte, in lower case.
std::string SerialInGo(std::string_view serial) {
  std::string lower(serial);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// "TLS 1.3", as Go has it.
std::string VersionInGo(std::string_view protocol) {
  constexpr std::string_view kTls = "TLSv";
  if (!protocol.starts_with(kTls)) return std::string(protocol);
  const std::string_view number = protocol.substr(kTls.size());
  return "TLS " + std::string(number) + (number.size() == 1 ? ".0" : "");
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : ",").append(name);
  return text;
}

std::string CertificateFamilies(const Bundle& endpoint) {
  if (endpoint.chain.empty()) return {};
  const Certificate& leaf = *endpoint.chain.front();
  const auto& path_end = endpoint.endpoint->path_end;
  const bool is_verified = endpoint.endpoint->is_up() && !endpoint.endpoint->distrust;
  std::string text = Gauge("probe_ssl_earliest_cert_expiry",
                           "When the first of the certificates presented expires.",
                           Seconds(EarliestEnd(endpoint)));
  if (is_verified && path_end)
    text += Gauge("probe_ssl_last_chain_expiry_timestamp_seconds",
                  "When the path to the root expires; absent when it is not trusted.",
                  Seconds(*path_end));
  return text + Gauge("probe_ssl_last_chain_info", "Identity of the leaf certificate.", 1,
                      {{"fingerprint_sha256", ToHex(leaf.sha256)},
                       {"subject", leaf.subject},
                       {"issuer", leaf.issuer},
                       {"subjectalternative", Joined(leaf.dns_names)},
                       {"serialnumber", SerialInGo(leaf.serial)}});
}

std::string BlackboxFamilies(const Bundle& bundle, std::chrono::duration<double> took) {
  const Endpoint& endpoint = *bundle.endpoint;
  const auto& resolve = endpoint.phases[static_cast<std::size_t>(ProbePhase::kResolve)];
  std::string text =
      Gauge("probe_success", "Whether the endpoint presented a certificate that is trusted.",
            endpoint.is_up() && !endpoint.distrust ? 1 : 0) +
      Gauge("probe_duration_seconds", "How long the probe took.", took.count());
  if (resolve)
    text += Gauge("probe_dns_lookup_time_seconds", "How long the name took to resolve.",
                  resolve->count());
  if (!endpoint.address.empty())
    text += Gauge("probe_ip_protocol", "4 or 6: the protocol of the address that was asked.",
                  endpoint.address.find(':') == std::string::npos ? 4 : 6);
  if (!endpoint.protocol.empty()) {
    text += Gauge("probe_tls_version_info", "The protocol that was agreed on.", 1,
                  {{"version", VersionInGo(endpoint.protocol)}}) +
            Gauge("probe_tls_cipher_info", "The cipher that was agreed on.", 1,
                  {{"cipher", endpoint.cipher_standard_name}});
  }
  return text + CertificateFamilies(bundle);
}

/// What is said of the exporter belongs on its own page.
bool IsOfAnEndpoint(const MetricKind& kind) {
  return !kind.name.starts_with("certhealth_collector_") && kind.name != "certhealth_problems";
}

}  // namespace

std::string ToProbePage(const Bundle& endpoint, std::chrono::duration<double> took,
                        const Policy& policy, WallTime now) {
  auto run = std::make_shared<CollectorRun>();
  run->collector = "endpoints";
  run->finished = now;
  run->bundles.push_back(std::make_shared<const Bundle>(endpoint));
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->runs.push_back(std::move(run));
  const Report report = Evaluate(std::move(snapshot), policy, now);
  const MetricsInput input = MakeMetricsInput(report, DnsNameSeries::kNo);
  std::string text = BlackboxFamilies(endpoint, took);
  for (const MetricKind& kind : Metrics()) {
    if (IsOfAnEndpoint(kind)) text += RenderFamily(kind, input);
  }
  return text;
}

}  // namespace certhealth
