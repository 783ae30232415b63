// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/acme_check.h"

#include "collectors/preflight/acme_documents.h"
#include "collectors/preflight/finding_list.h"
#include "collectors/preflight/known_ca.h"

namespace certhealth {
namespace {

constexpr std::string_view kUnreachable = "ca_unreachable";
constexpr int kTooManyRequests = 429;

struct Judged {
  PreflightOutcome outcome = PreflightOutcome::kPassed;
  std::string why;
};

Judged JudgeUnresolved(const DirectoryLook& look) {
  const std::string host = HostOfServer(look.server);
  // Such names may come from elsewhere than the DNS: multicast, a module of the name service.
  const bool is_local = host.find('.') == std::string::npos || host.ends_with(".local");
  const bool is_silent =
      *look.unresolved == DnsStatus::kTimeout || *look.unresolved == DnsStatus::kBadAnswer;
  return {is_local || is_silent ? PreflightOutcome::kMayFail : PreflightOutcome::kFails,
          host + " cannot be resolved: " + look.detail};
}

Judged JudgeFault(const DirectoryLook& look, const CertbotsWay& way) {
  const std::string& detail = look.exchange.detail;
  switch (*look.exchange.fault) {
    case ExchangeFault::kRefused:
    case ExchangeFault::kUnreachable:
    case ExchangeFault::kNotHttp:
      return {PreflightOutcome::kFails, detail};
    case ExchangeFault::kBadCertificate:
      if (way.verifies_nothing) return {};
      return {PreflightOutcome::kFails, "its certificate does not hold: " + detail};
    case ExchangeFault::kUntrusted: {
      if (way.verifies_nothing) return {};
      const bool is_known = way.has_system_roots && FindKnownCa(look.server) != nullptr;
      return {is_known || way.roots_given ? PreflightOutcome::kFails : PreflightOutcome::kMayFail,
              "its certificate is not trusted by this machine's roots: " + detail};
    }
    case ExchangeFault::kConnectTimeout:
    case ExchangeFault::kNoAnswer:
      return {PreflightOutcome::kMayFail, detail};
    case ExchangeFault::kLocal:
      break;
  }
  return {PreflightOutcome::kUnknown, detail};
}

Judged JudgeResponse(const HttpAnswer& response) {
  const std::string status = "it answers " + std::to_string(response.status);
  if (response.status == kTooManyRequests) return {PreflightOutcome::kMayFail, status};
  if (response.status >= 300 && response.status < 400)
    return {PreflightOutcome::kUnknown, status + ", a redirect, which is not followed"};
  if (response.status != 200) return {PreflightOutcome::kFails, status};
  const auto directory = ParseAcmeDirectory(response.body);
  if (!directory) return {PreflightOutcome::kFails, "what it answers is no JSON"};
  if (!directory->has_new_order)
    return {PreflightOutcome::kFails, "what it answers is no ACME directory: no newOrder"};
  return {};
}

}  // namespace

std::vector<PreflightFinding> JudgeDirectory(const DirectoryLook& look, const CertbotsWay& way) {
  const Judged judged = look.unresolved       ? JudgeUnresolved(look)
                        : look.exchange.fault ? JudgeFault(look, way)
                                              : JudgeResponse(look.exchange.response);
  FindingList findings(PreflightCheck::kAcme);
  const std::string detail = look.server + ": " + judged.why;
  if (judged.outcome == PreflightOutcome::kPassed) return std::move(findings).Take();
  if (judged.outcome == PreflightOutcome::kUnknown || way.has_proxy) {
    findings.Unknown(detail +
                     (way.has_proxy ? " (not through the proxy, which certbot may use)" : ""));
  } else if (judged.outcome == PreflightOutcome::kMayFail) {
    findings.MayFail(kUnreachable, detail);
  } else {
    findings.Fails(kUnreachable, detail);
  }
  return std::move(findings).Take();
}

std::vector<std::string> PublishedIdentities(const DirectoryLook& look) {
  if (look.unresolved || look.exchange.fault || look.exchange.response.status != 200) return {};
  const auto directory = ParseAcmeDirectory(look.exchange.response.body);
  return directory ? directory->caa_identities : std::vector<std::string>();
}

}  // namespace certhealth
