// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/caa_check.h"

#include <algorithm>

#include "collectors/preflight/caa_policy.h"
#include "collectors/preflight/finding_list.h"

namespace certhealth {
namespace {

constexpr std::string_view kForbids = "caa_forbids";

CaaQuestion QuestionOf(const RenewalTarget& target, const CaaContext& context) {
  CaaQuestion question;
  question.identities = context.published_identities;
  if (const KnownCa* ca = FindKnownCa(target.server)) {
    question.identities.insert(question.identities.end(), ca->caa_identities.begin(),
                               ca->caa_identities.end());
    question.rfc8657 = ca->rfc8657;
    question.critical_flag = ca->critical_flag;
  }
  question.account_uri = context.account_uri;
  return question;
}

/// A wildcard is validated by dns-01 whatever the method of the others.
std::vector<std::string> MethodsFor(std::string_view name, ChallengeMethod method) {
  if (method == ChallengeMethod::kDns01 || name.starts_with("*.")) return {"dns-01"};
  if (method == ChallengeMethod::kHttp01) return {"http-01"};
  return {};
}

std::string CaOf(const RenewalTarget& target) {
  const KnownCa* ca = FindKnownCa(target.server);
  return ca != nullptr ? std::string(ca->name) : HostOfServer(target.server);
}

struct NameJudgement {
  CaaVerdict verdict = CaaVerdict::kPermits;
  std::string detail;
};

NameJudgement JudgeName(const std::string& name, const RelevantCaa& lookup,
                        const RenewalTarget& target, CaaQuestion question) {
  switch (lookup.status) {
    case DnsStatus::kNoData:
    case DnsStatus::kNoName:
      return {};
    case DnsStatus::kServerFailed: {
      // A CA must not issue then (RFC 8659, 5.5, and the CA/Browser Forum).
      const std::string detail = "the CAA records of " + lookup.found_at +
                                 " cannot be looked up: the DNS answers with an error";
      return {lookup.has_addresses ? CaaVerdict::kMayForbid : CaaVerdict::kForbids, detail};
    }
    case DnsStatus::kAnswered:
      break;
    default:
      return {CaaVerdict::kUnknown, "the CAA records of " + lookup.found_at + " were not seen"};
  }
  question.is_wildcard = name.starts_with("*.");
  question.methods = MethodsFor(name, target.method);
  const CaaJudgement judgement = JudgeCaa(lookup.records, question);
  if (judgement.verdict == CaaVerdict::kPermits) return {};
  const std::string where =
      lookup.found_at == name ? "CAA of " + name : "CAA of " + lookup.found_at + ", for " + name;
  return {judgement.verdict, where + ": " + judgement.why};
}

}  // namespace

std::vector<PreflightFinding> JudgeCaaRecords(const RenewalTarget& target,
                                              std::span<const RelevantCaa> lookups,
                                              const CaaContext& context) {
  FindingList findings(PreflightCheck::kCaa);
  const CaaQuestion question = QuestionOf(target, context);
  std::vector<NameJudgement> judgements;
  for (std::size_t i = 0; i < lookups.size() && i < target.names.size(); ++i) {
    NameJudgement judgement = JudgeName(target.names[i], lookups[i], target, question);
    // Public CAs must look at CAA; this one says nothing of it.
    if (judgement.verdict == CaaVerdict::kForbids && question.identities.empty())
      judgement.verdict = CaaVerdict::kMayForbid;
    judgements.push_back(std::move(judgement));
  }
  const bool is_enough = !target.allow_subset_of_names ||
                         std::ranges::all_of(judgements, [](const NameJudgement& judgement) {
                           return judgement.verdict == CaaVerdict::kForbids;
                         });
  for (NameJudgement& judgement : judgements) {
    if (judgement.verdict == CaaVerdict::kForbids && is_enough) {
      findings.Fails(kForbids, judgement.detail + ": " + CaOf(target) + " may not issue");
    } else if (judgement.verdict == CaaVerdict::kForbids ||
               judgement.verdict == CaaVerdict::kMayForbid) {
      findings.MayFail(kForbids, judgement.detail + ": " + CaOf(target) + " may refuse");
    } else if (judgement.verdict == CaaVerdict::kUnknown) {
      findings.Unknown(std::move(judgement.detail));
    }
  }
  return std::move(findings).Take();
}

}  // namespace certhealth
