// SPDX-License-Identifier: Apache-2.0
#include "exporter/endpoint_metrics.h"

#include <array>
#include <string>

#include "collectors/endpoint/endpoint.h"
#include "exporter/endpoint_trust.h"

namespace certhealth {
namespace {

/// Calls `write(labels, verdict, endpoint)` for every endpoint.
template <typename Write>
void ForEachEndpoint(const MetricsInput& in, Write write) {
  for (std::size_t i = 0; i < in.labels.size(); ++i) {
    const Verdict& verdict = in.report.verdicts[i];
    if (verdict.bundle->endpoint != nullptr)
      write(in.labels[i], verdict, *verdict.bundle->endpoint);
  }
}

}  // namespace

void EndpointUp(const MetricsInput& in, SampleText& out) {
  ForEachEndpoint(in, [&](const std::string& labels, const Verdict&, const Endpoint& endpoint) {
    out.Add(labels, endpoint.is_up() ? 1 : 0);
  });
}

void EndpointTrusted(const MetricsInput& in, SampleText& out) {
  ForEachEndpoint(in, [&](const std::string& labels, const Verdict& verdict, const Endpoint&) {
    if (const auto trusted = IsTrusted(verdict)) out.Add(labels, *trusted ? 1 : 0);
  });
}

void EndpointHostnameMatch(const MetricsInput& in, SampleText& out) {
  ForEachEndpoint(in, [&](const std::string& labels, const Verdict&, const Endpoint& endpoint) {
    if (endpoint.hostname_matches) out.Add(labels, *endpoint.hostname_matches ? 1 : 0);
  });
}

void EndpointServesNewest(const MetricsInput& in, SampleText& out) {
  ForEachEndpoint(in, [&](const std::string& labels, const Verdict& verdict, const Endpoint&) {
    if (verdict.serves)
      out.Add(labels, {{"lineage", verdict.serves->lineage->name}},
              verdict.serves->is_newest ? 1 : 0);
  });
}

void EndpointFailureInfo(const MetricsInput& in, SampleText& out) {
  ForEachEndpoint(in,
                  [&](const std::string& labels, const Verdict& verdict, const Endpoint& endpoint) {
                    const bool is_distrusted = IsTrusted(verdict) == false;
                    const auto& fault = endpoint.failure ? endpoint.failure : endpoint.distrust;
                    if (endpoint.failure || is_distrusted)
                      out.Add(labels, {{"reason", NameOf(fault->reason)}}, 1);
                  });
}

void EndpointPhaseDuration(const MetricsInput& in, SampleText& out) {
  constexpr std::array<std::string_view, kProbePhases> kNames = {"resolve", "connect", "starttls",
                                                                 "handshake"};
  ForEachEndpoint(in, [&](const std::string& labels, const Verdict&, const Endpoint& endpoint) {
    for (std::size_t i = 0; i < kProbePhases; ++i) {
      if (endpoint.phases[i]) out.Add(labels, {{"phase", kNames[i]}}, endpoint.phases[i]->count());
    }
  });
}

void EndpointTlsInfo(const MetricsInput& in, SampleText& out) {
  ForEachEndpoint(in, [&](const std::string& labels, const Verdict&, const Endpoint& endpoint) {
    if (endpoint.protocol.empty()) return;
    out.Add(labels,
            {{"protocol", endpoint.protocol},
             {"cipher", endpoint.cipher},
             {"address", endpoint.address}},
            1);
  });
}

}  // namespace certhealth
