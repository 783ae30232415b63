// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/caa_policy.h"

#include <algorithm>
#include <array>

#include "collectors/base/utf8.h"
#include "collectors/preflight/caa.h"

namespace certhealth {
namespace {

constexpr std::size_t kMostShown = 120;

// Tags that every CA knows, and those that some know: the registry of RFC 8659, 7.1.
constexpr std::array<std::string_view, 3> kKnownTags = {"issue", "issuewild", "iodef"};
constexpr std::array<std::string_view, 4> kPerhapsKnownTags = {"issuemail", "issuevmc",
                                                               "contactemail", "contactphone"};

/// Tags match whatever their case (RFC 8659, 4.1).
std::string TagOf(const CaaRecord& record) {
  std::string tag = record.tag;
  std::ranges::transform(tag, tag.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return tag;
}

bool Holds(std::span<const std::string> list, std::string_view text) {
  return std::ranges::find(list, text) != list.end();
}

/// A record as a zone file has it, made for people.
std::string Shown(const CaaRecord& record) {
  std::string text = ToValidUtf8(record.tag + " \"" + record.value + "\"");
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return Shorten(std::move(text), kMostShown);
}

/// The values of a parameter that may come once; nullopt when it comes more often.
std::optional<std::vector<std::string>> ValuesOf(const CaaIssuer& issuer, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [key, value] : issuer.parameters) {
    if (key == name) values.push_back(value);
  }
  if (values.size() > 1) return std::nullopt;
  return values;
}

/// Whether `account` and `methods` of the question satisfy one property's accounturi (RFC 8657, 3:
/// more than one satisfies nobody).
CaaVerdict JudgeAccount(const CaaIssuer& issuer, const CaaQuestion& question) {
  const auto uris = ValuesOf(issuer, "accounturi");
  if (!uris) return CaaVerdict::kForbids;
  if (uris->empty()) return CaaVerdict::kPermits;
  if (!question.account_uri) return CaaVerdict::kUnknown;
  return IsSameAccount(uris->front(), *question.account_uri) ? CaaVerdict::kPermits
                                                             : CaaVerdict::kForbids;
}

/// The same for validationmethods (RFC 8657, 4): a list with commas.
CaaVerdict JudgeMethods(const CaaIssuer& issuer, const CaaQuestion& question) {
  const auto lists = ValuesOf(issuer, "validationmethods");
  if (!lists) return CaaVerdict::kForbids;
  if (lists->empty()) return CaaVerdict::kPermits;
  if (question.methods.empty()) return CaaVerdict::kUnknown;
  std::string_view rest = lists->front();
  while (true) {
    const std::size_t comma = rest.find(',');
    if (Holds(question.methods, rest.substr(0, comma))) return CaaVerdict::kPermits;
    if (comma == std::string_view::npos) return CaaVerdict::kForbids;
    rest.remove_prefix(comma + 1);
  }
}

CaaVerdict JudgeProperty(const CaaRecord& record, const CaaQuestion& question) {
  const auto issuer = ParseCaaIssuer(record.value);
  if (!issuer || issuer->domain.empty()) return CaaVerdict::kForbids;
  if (question.identities.empty()) return CaaVerdict::kUnknown;
  if (!Holds(question.identities, issuer->domain)) return CaaVerdict::kForbids;
  const CaaVerdict account = JudgeAccount(*issuer, question);
  const CaaVerdict methods = JudgeMethods(*issuer, question);
  const bool is_refused = account == CaaVerdict::kForbids || methods == CaaVerdict::kForbids;
  if (is_refused && question.rfc8657 == Rfc8657::kMayHonour) return CaaVerdict::kMayForbid;
  return std::max(account, methods);
}

bool IsCritical(const CaaRecord& record, CriticalFlag flag) {
  return record.critical || (record.has_lowest_flag && flag == CriticalFlag::kHighestOrLowest);
}

CaaJudgement JudgeCritical(std::span<const CaaRecord> records, CriticalFlag flag) {
  CaaJudgement judgement;
  for (const CaaRecord& record : records) {
    const std::string tag = TagOf(record);
    if (!IsCritical(record, flag) || std::ranges::find(kKnownTags, tag) != kKnownTags.end())
      continue;
    const bool perhaps = std::ranges::find(kPerhapsKnownTags, tag) != kPerhapsKnownTags.end();
    const CaaVerdict verdict = perhaps ? CaaVerdict::kMayForbid : CaaVerdict::kForbids;
    if (verdict <= judgement.verdict) continue;
    judgement = {verdict, "the critical property " + Shown(record) +
                              (perhaps ? " forbids all issuance to a CA that does not know it"
                                       : " forbids all issuance: no CA knows it")};
  }
  return judgement;
}

}  // namespace

CaaJudgement JudgeCaa(std::span<const CaaRecord> records, const CaaQuestion& question) {
  const CaaJudgement critical = JudgeCritical(records, question.critical_flag);
  if (critical.verdict == CaaVerdict::kForbids) return critical;
  const auto has_tag = [](std::string_view tag) {
    return [tag](const CaaRecord& record) { return TagOf(record) == tag; };
  };
  const bool by_wildcard =
      question.is_wildcard && std::ranges::any_of(records, has_tag("issuewild"));
  const std::string_view relevant = by_wildcard ? "issuewild" : "issue";
  std::optional<CaaVerdict> best;
  std::string shown;
  for (const CaaRecord& record : records) {
    if (TagOf(record) != relevant) continue;
    best = std::min(best.value_or(CaaVerdict::kForbids), JudgeProperty(record, question));
    if (shown.size() < kMostShown) shown += (shown.empty() ? "" : ", ") + Shown(record);
  }
  if (!best || *best <= critical.verdict) return critical;
  return {*best, shown};
}

}  // namespace certhealth
