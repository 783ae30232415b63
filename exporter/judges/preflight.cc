// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/preflight.h"

#include <algorithm>

#include "collectors/preflight/dns_update_target.h"
#include "exporter/judges/asked_server.h"
#include "exporter/judges/findings.h"
#include "exporter/judges/served_webroot.h"
#include "exporter/judges/standalone.h"
#include "exporter/judges/usable_conf.h"

namespace certhealth::judges {
namespace {

std::optional<Finding> Told(const Case& given, std::string_view problem) {
  if (UsableConf(given) == nullptr || !given.plan.enabled) return std::nullopt;
  for (const PreflightFinding& finding : given.preflight) {
    if (finding.problem != problem) continue;
    if (finding.outcome == PreflightOutcome::kFails) return FailsRenewal(finding.detail);
    if (finding.outcome == PreflightOutcome::kMayFail) return Risk(finding.detail);
  }
  return std::nullopt;
}

bool Passed(const Case& given, PreflightCheck check) {
  return std::ranges::any_of(given.preflight, [check](const PreflightFinding& finding) {
    return finding.check == check && finding.outcome == PreflightOutcome::kPassed;
  });
}

}  // namespace

std::optional<Finding> DnsUnresolved(const Case& given) { return Told(given, "dns_unresolved"); }

std::optional<Finding> DnsPointsElsewhere(const Case& given) {
  return Told(given, "dns_points_elsewhere");
}

std::optional<Finding> DnsUpdateRefused(const Case& given) {
  if (auto told = Told(given, "dns_update_refused")) return told;
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr || !given.plan.enabled || Passed(given, PreflightCheck::kDns))
    return std::nullopt;
  const CertbotMachine& machine = *given.machine;
  const auto target = DnsUpdateTargetOf(*conf, machine.roots[given.lineage->root], machine);
  if (!target) return std::nullopt;
  const SocketAddress& server = target->server;
  return NobodyListensAt(given,
                         {"DNS server " + ToString(server.address), {server.address}, server.port});
}

std::optional<Finding> CaaForbids(const Case& given) { return Told(given, "caa_forbids"); }

std::optional<Finding> WebrootNotServed(const Case& given) {
  if (auto told = Told(given, "webroot_not_served")) return told;
  // Who was seen to find the file there does not need to be told what the configuration says.
  return Passed(given, PreflightCheck::kHttp01) ? std::nullopt : WebrootServedOtherwise(given);
}

std::optional<Finding> CaUnreachable(const Case& given) {
  if (auto told = Told(given, "ca_unreachable")) return told;
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr || !given.plan.enabled || Passed(given, PreflightCheck::kAcme))
    return std::nullopt;
  const auto server = AcmeServerOf(*conf);
  return server ? NobodyListensAt(given, *server) : std::nullopt;
}

std::optional<Finding> StandalonePortUnusable(const Case& given) {
  if (auto taken = StandalonePortTaken(given)) return taken;
  return Told(given, "standalone_port_taken");
}

}  // namespace certhealth::judges
