// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <string_view>

#include "collectors/endpoint/endpoint.h"
#include "exporter/advice.h"
#include "exporter/escape.h"
#include "exporter/phrases.h"
#include "exporter/probe/probe_command.h"

namespace certhealth {
namespace {

constexpr std::size_t kLongest = 1000;

std::string Line(std::string_view label, const std::string& text) {
  std::string line = "  " + std::string(label);
  line.append(line.size() < 14 ? 14 - line.size() : 1, ' ');
  return line + Printable(text, kLongest) + "\n";
}

std::string PhasesText(const Endpoint& endpoint) {
  constexpr std::array<std::string_view, kProbePhases> kNames = {"resolve", "connect", "starttls",
                                                                 "handshake"};
  std::string text;
  for (std::size_t i = 0; i < kProbePhases; ++i) {
    if (!endpoint.phases[i]) continue;
    std::array<char, 32> took{};
    std::snprintf(took.data(), took.size(), " %.1f ms", endpoint.phases[i]->count() * 1000);
    text.append(text.empty() ? "" : ", ").append(kNames[i]).append(took.data());
  }
  return text;
}

std::string TlsText(const Endpoint& endpoint) {
  std::string text = endpoint.protocol;
  for (const std::string& part : {endpoint.cipher, endpoint.alpn}) {
    if (!part.empty()) text += ", " + part;
  }
  return text;
}

std::string ChainText(const Verdict& verdict, WallTime now) {
  std::string text;
  int number = 0;
  for (const auto& certificate : verdict.bundle->chain) {
    text += Line(number == 0 ? "leaf" : "chain " + std::to_string(number), certificate->subject);
    text += Line("", "issued by " + certificate->issuer);
    text += Line("", FormatMoment(certificate->not_before) + " to " +
                         FormatMoment(certificate->not_after) +
                         (now > certificate->not_after
                              ? ", expired"
                              : ", " + FormatSpan(certificate->not_after - now) + " left"));
    if (number++ > 0) continue;
    text += Line(
        "", "for " + (certificate->dns_names.empty() ? std::string("no name")
                                                     : FormatList(certificate->dns_names, 10)));
    text += Line("", certificate->key.name + ", " + certificate->signature);
    text += Line("", "serial " + certificate->serial);
    text += Line("", "sha256 " + ToHex(certificate->sha256));
  }
  return text;
}

}  // namespace

std::string ToProbeText(const Report& report, TableColour colour) {
  std::string text;
  for (const Verdict& verdict : report.verdicts) {
    const Endpoint& endpoint = *verdict.bundle->endpoint;
    text += Paint(StatusOf(verdict.worst()), StyleOf(verdict.worst()), colour) + " " +
            Paint(Printable(verdict.bundle->name, kLongest), TextStyle::kStrong, colour) + "\n";
    if (!endpoint.address.empty()) text += Line("address", endpoint.address);
    if (!endpoint.protocol.empty()) text += Line("agreed on", TlsText(endpoint));
    if (const std::string phases = PhasesText(endpoint); !phases.empty())
      text += Line("took", phases);
    text += ChainText(verdict, report.now);
    for (const ActiveProblem& problem : verdict.problems) {
      text += Line(NameOf(problem.severity), std::string(problem.kind->id) + ": " + problem.detail);
      text += Line("", "-> " + AdviceText(problem, verdict.bundle.get()));
    }
  }
  return text;
}

}  // namespace certhealth
