// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/dns_update_check.h"

#include <algorithm>
#include <string>

#include "collectors/preflight/finding_list.h"

namespace certhealth {
namespace {

constexpr std::string_view kRefused = "dns_update_refused";

std::string ServerOf(const DnsUpdateTarget& target) {
  return "the DNS server " + ToString(target.server.address) + " port " +
         std::to_string(target.server.port) + " of " + target.credentials;
}

void JudgeFault(const RenewalTarget& target, const StreamFault& fault, FindingList& findings) {
  const std::string detail = ServerOf(*target.update) + " cannot be asked by TCP: " + fault.detail;
  switch (fault.reason) {
    case StreamFailure::kRefused:
    case StreamFailure::kUnreachable:
      if (target.has_pre_hook)
        return findings.MayFail(kRefused, detail + ", unless a pre hook changes that");
      return findings.Fails(kRefused, detail);
    case StreamFailure::kDeadline:
    case StreamFailure::kClosed:
      return findings.MayFail(kRefused, detail);
    case StreamFailure::kTooLong:
    case StreamFailure::kLocal:
      return findings.Unknown(detail);
  }
}

PreflightOutcome OutcomeOf(KeyVerdict verdict, const DnsUpdateTarget& target,
                           const DnsUpdateLook& look) {
  switch (verdict) {
    case KeyVerdict::kBadSignature:
    case KeyVerdict::kBadTime:
      return PreflightOutcome::kFails;
    case KeyVerdict::kNotKnown:
      return look.is_primary || target.questions == ZoneQuestions::kSigned
                 ? PreflightOutcome::kFails
                 : PreflightOutcome::kMayFail;
    case KeyVerdict::kTaken:
    case KeyVerdict::kNotTold:
      break;
  }
  return PreflightOutcome::kPassed;
}

std::string WhyOf(const KeyAnswer& answer) {
  const std::string algorithm(NameOf(answer.algorithm));
  switch (answer.verdict) {
    case KeyVerdict::kBadSignature:
      return " has another secret for the key (BADSIG, " + algorithm + ")";
    case KeyVerdict::kBadTime:
      return "'s clock and this machine's are more than five minutes apart (BADTIME)";
    default:
      return " does not know the key, or not with " + algorithm + " (BADKEY)";
  }
}

/// Whether the key is found not to be taken for certain. Where it is not known with which algorithm
/// certbot will sign, one that is taken is enough.
bool JudgeKeys(const DnsUpdateTarget& target, const DnsUpdateLook& look, FindingList& findings) {
  const auto fails = [&](const KeyAnswer& answer) {
    return OutcomeOf(answer.verdict, target, look) == PreflightOutcome::kFails;
  };
  const auto passes = [&](const KeyAnswer& answer) {
    return OutcomeOf(answer.verdict, target, look) == PreflightOutcome::kPassed;
  };
  if (look.keys.empty() || std::ranges::any_of(look.keys, passes)) return false;
  const std::string detail = ServerOf(target) + WhyOf(look.keys.front());
  if (std::ranges::all_of(look.keys, fails)) {
    findings.Fails(kRefused, detail);
    return true;
  }
  findings.MayFail(kRefused, detail + ", unless it forwards updates to one that does");
  return false;
}

void JudgeZones(const RenewalTarget& target, const DnsUpdateLook& look, FindingList& findings) {
  const bool is_asked_alike =
      target.update->questions == ZoneQuestions::kPlain || look.has_asked_signed;
  for (const std::string& name : look.without_zone) {
    const std::string detail = ServerOf(*target.update) + " has no zone for " + name;
    if (!is_asked_alike) {
      findings.Unknown(detail + ", as far as it tells without the key");
    } else if (target.allow_subset_of_names) {
      findings.MayFail(kRefused, detail + ": certbot may leave the name out");
    } else {
      findings.Fails(kRefused, detail);
    }
  }
}

}  // namespace

std::vector<PreflightFinding> JudgeDnsUpdate(const RenewalTarget& target,
                                             const DnsUpdateLook& look) {
  FindingList findings(PreflightCheck::kDns);
  if (look.fault) {
    JudgeFault(target, *look.fault, findings);
  } else if (!JudgeKeys(*target.update, look, findings)) {
    // With a key that is not taken, an answer to signed questions says nothing about zones.
    JudgeZones(target, look, findings);
  }
  return std::move(findings).Take();
}

}  // namespace certhealth
