// SPDX-License-Identifier: Apache-2.0
#include "exporter/renewal_plan.h"

#include <algorithm>

#include "collectors/certbot/certbot_version.h"
#include "collectors/renew_before_expiry.h"

namespace certhealth {
namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr CertbotVersion kAutorenewCounts{{0, 26, 0}};
constexpr CertbotVersion kShareOfLifetime{{4, 0, 0}};
constexpr CertbotVersion kAsksForRenewalInfo{{4, 1, 0}};

/// Where nothing tells the version: what is current.
constexpr CertbotVersion kUnknownVersion{{5, 0, 0}};

CertbotVersion VersionThatRuns(const Lineage& lineage, const CertbotMachine& machine) {
  const std::string& logged = machine.roots[lineage.root].running_version;
  const std::string& text = logged.empty() ? lineage.conf.conf.version : logged;
  return ParseCertbotVersion(text).value_or(kUnknownVersion);
}

seconds ShareOfLifetime(seconds lifetime) {
  return lifetime < days{10} ? lifetime / 2 : lifetime / 3;
}

bool IsLetsEncrypt(const std::string& server) {
  return EffectiveServer(server).find("://acme-v02.api.letsencrypt.org/") != std::string::npos;
}

/// How long before `not_after` a span begins that ends there. A month is as long as the calendar
/// makes it at that end, because certbot adds the span to the moment of each check.
seconds SpanBefore(WallTime not_after, const CalendarSpan& span) {
  const WallTime estimate = not_after - (Add(not_after, span) - not_after);
  return Add(estimate, span) - estimate;
}

seconds Threshold(const RenewalConf& conf, const CertbotVersion& version, const Certificate& newest,
                  const std::optional<CalendarSpan>& span) {
  const seconds share = ShareOfLifetime(newest.lifetime());
  if (!conf.renew_before_expiry) return version < kShareOfLifetime ? seconds{days{30}} : share;
  // A text that certbot cannot read means zero to it: the certificate is renewed once it has
  // expired.
  const seconds text = span ? SpanBefore(newest.not_after, *span) : seconds{0};
  if (version < kShareOfLifetime) return text;
  // 4.0 renewed at the share as well, whatever the conf said.
  if (version < kAsksForRenewalInfo) return std::max(text, share);
  // Since 4.1 the CA's own window comes first, and a conf cannot hold it back.
  return IsLetsEncrypt(conf.server) ? std::max(text, share) : text;
}

}  // namespace

seconds DefaultThreshold(std::string_view version, seconds lifetime) {
  return ParseCertbotVersion(version).value_or(kUnknownVersion) < kShareOfLifetime
             ? seconds{days{30}}
             : ShareOfLifetime(lifetime);
}

bool CertbotSkips(const Lineage& lineage) {
  if (!lineage.has_conf || lineage.conf_failure || lineage.conf.fault) return true;
  if (lineage.cert_failure && lineage.cert_failure->reason != Reason::kPermissionDenied)
    return true;
  // With all four previous_*.pem there, certbot puts the links back before it checks them.
  if (lineage.previous_links == 4) return false;
  return std::ranges::any_of(lineage.links, [](const LineageLink& link) {
    return link.state != LinkState::kGood && link.state != LinkState::kUnseen;
  });
}

RenewalPlan PlanRenewal(const Lineage& lineage, const CertbotMachine& machine) {
  RenewalPlan plan;
  if (CertbotSkips(lineage)) return plan;
  const RenewalConf& conf = lineage.conf.conf;
  const CertbotVersion version = VersionThatRuns(lineage, machine);
  plan.enabled = conf.autorenew || version < kAutorenewCounts;
  std::optional<CalendarSpan> span;
  if (conf.renew_before_expiry) {
    const Result<CalendarSpan> parsed = ParseRenewBeforeExpiry(*conf.renew_before_expiry);
    if (parsed) {
      span = *parsed;
    } else {
      plan.unreadable_threshold = parsed.error().detail;
    }
  }
  if (lineage.newest == nullptr) return plan;
  plan.threshold = Threshold(conf, version, *lineage.newest, span);
  if (plan.enabled) plan.due = lineage.newest->not_after - *plan.threshold;
  return plan;
}

}  // namespace certhealth
