// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/dns_check.h"

#include <algorithm>
#include <optional>

#include "collectors/preflight/finding_list.h"
#include "collectors/preflight/known_ca.h"

namespace certhealth {
namespace {

constexpr std::string_view kUnresolved = "dns_unresolved";
constexpr std::string_view kElsewhere = "dns_points_elsewhere";
constexpr std::size_t kMostShown = 3;

/// What a CA would run into; nullopt for what only says that nothing was heard from here.
std::optional<std::string> WhyUnresolved(const NameAddresses& lookup) {
  switch (lookup.status) {
    case DnsStatus::kNoName:
      return lookup.name + " does not exist (NXDOMAIN)";
    case DnsStatus::kNoData:
      return lookup.name + " has neither an A nor an AAAA record";
    case DnsStatus::kServerFailed:
      if (lookup.is_bogus) return lookup.name + " fails the check of DNSSEC";
      return lookup.name + " cannot be looked up: the DNS answers with an error (" + lookup.detail +
             ")";
    default:
      return std::nullopt;
  }
}

std::string ListOf(std::span<const IpAddress> addresses) {
  std::string list;
  for (std::size_t i = 0; i < addresses.size() && i < kMostShown; ++i)
    list += (i == 0 ? "" : ", ") + ToString(addresses[i]);
  if (addresses.size() > kMostShown)
    list += " and " + std::to_string(addresses.size() - kMostShown) + " more";
  return list;
}

/// Whether it can be told that `address` is not this machine's. A public one may be the router's in
/// front of it, as long as nothing says what that has.
bool CanTell(const IpAddress& address, const OwnAddresses& own) {
  if (own.interfaces.empty()) return false;  // a sandbox without netlink
  return !own.declared.empty() || !IsPublic(address) || own.HasPublic(address.family);
}

struct NameJudgement {
  PreflightOutcome outcome = PreflightOutcome::kPassed;
  std::string_view problem;
  std::string detail;
};

/// Whether the CA may well see something else of a name than this machine's resolver.
bool MayDiffer(const NameAddresses& lookup, bool is_public_ca) {
  return is_public_ca && lookup.by_own_resolver;
}

NameJudgement JudgePlace(const NameAddresses& lookup, const OwnAddresses& own, bool is_public_ca) {
  using enum PreflightOutcome;
  std::vector<IpAddress> elsewhere;
  std::ranges::copy_if(lookup.addresses, std::back_inserter(elsewhere),
                       [&](const IpAddress& address) { return !own.Contains(address); });
  if (elsewhere.empty()) return {};
  if (!std::ranges::all_of(elsewhere,
                           [&](const IpAddress& address) { return CanTell(address, own); })) {
    return {kUnknown,
            {},
            lookup.name + " leads to " + ListOf(elsewhere) +
                ", and which public addresses lead to this machine is not known: "
                "--preflight.addresses tells"};
  }
  const std::string where = lookup.name + " leads to " + ListOf(elsewhere);
  if (elsewhere.size() < lookup.addresses.size())
    return {kMayFail, kElsewhere,
            where +
                " as well as to this machine: the CA takes one of its addresses, an IPv6 one "
                "first"};
  const bool is_private = std::ranges::none_of(elsewhere, IsPublic);
  // A public CA sees no private addresses: the internet has others, or the name is lost anyway.
  const PreflightOutcome worst = is_private && MayDiffer(lookup, is_public_ca) ? kMayFail : kFails;
  if (is_private && lookup.has_no_route)
    return {worst, kElsewhere, where + ", to which this machine has not even a route"};
  if (own.declared.empty())
    return {kMayFail, kElsewhere, where + ", which is none of this machine's addresses"};
  return {worst, kElsewhere,
          where + ", which is neither this machine's nor in --preflight.addresses"};
}

NameJudgement JudgeLookup(const NameAddresses& lookup, const OwnAddresses& own, bool is_public_ca) {
  if (lookup.status == DnsStatus::kAnswered) return JudgePlace(lookup, own, is_public_ca);
  const auto why = WhyUnresolved(lookup);
  if (!why) {
    return {PreflightOutcome::kUnknown, {}, lookup.name + " was not looked up: " + lookup.detail};
  }
  if (lookup.is_authoritative && MayDiffer(lookup, is_public_ca)) {
    return {PreflightOutcome::kMayFail, kUnresolved,
            *why + " by the zone that the resolver here has itself"};
  }
  return {PreflightOutcome::kFails, kUnresolved, *why};
}

}  // namespace

std::string_view NameBehindWildcard(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  return name;
}

std::vector<PreflightFinding> JudgeDns(const RenewalTarget& target,
                                       std::span<const NameAddresses> lookups,
                                       const OwnAddresses& own) {
  FindingList findings(PreflightCheck::kDns);
  const bool is_public_ca = FindKnownCa(target.server) != nullptr;
  std::vector<NameJudgement> judgements;
  for (const NameAddresses& lookup : lookups)
    judgements.push_back(JudgeLookup(lookup, own, is_public_ca));
  // Names that were not looked up, wildcards for one, may do.
  const bool is_enough = !target.allow_subset_of_names ||
                         (lookups.size() >= target.names.size() &&
                          std::ranges::all_of(judgements, [](const NameJudgement& judgement) {
                            return judgement.outcome == PreflightOutcome::kFails;
                          }));
  for (NameJudgement& judgement : judgements) {
    if (judgement.outcome == PreflightOutcome::kUnknown) {
      findings.Unknown(std::move(judgement.detail));
    } else if (judgement.outcome == PreflightOutcome::kMayFail) {
      findings.MayFail(judgement.problem, std::move(judgement.detail));
    } else if (judgement.outcome == PreflightOutcome::kFails && is_enough) {
      findings.Fails(judgement.problem, std::move(judgement.detail));
    } else if (judgement.outcome == PreflightOutcome::kFails) {
      findings.MayFail(judgement.problem, judgement.detail + ": certbot will leave the name out");
    }
  }
  return std::move(findings).Take();
}

}  // namespace certhealth
