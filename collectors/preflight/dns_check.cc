// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/dns_check.h"

#include <algorithm>
#include <optional>

#include "collectors/preflight/finding_list.h"

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

void JudgePlace(const NameAddresses& lookup, const OwnAddresses& own, FindingList& findings) {
  std::vector<IpAddress> elsewhere;
  std::ranges::copy_if(lookup.addresses, std::back_inserter(elsewhere),
                       [&](const IpAddress& address) { return !own.Contains(address); });
  if (elsewhere.empty()) return;
  if (!std::ranges::all_of(elsewhere,
                           [&](const IpAddress& address) { return CanTell(address, own); })) {
    return findings.Unknown(lookup.name + " leads to " + ListOf(elsewhere) +
                            ", and which public addresses lead to this machine is not known: "
                            "--preflight.addresses tells");
  }
  const std::string where = lookup.name + " leads to " + ListOf(elsewhere);
  if (elsewhere.size() < lookup.addresses.size())
    return findings.MayFail(kElsewhere, where +
                                            " as well as to this machine: the CA takes one of "
                                            "its addresses, an IPv6 one first");
  const bool is_private = std::ranges::none_of(elsewhere, IsPublic);
  if (is_private && lookup.has_no_route)
    return findings.Fails(kElsewhere, where + ", to which this machine has not even a route");
  if (own.declared.empty())
    return findings.MayFail(kElsewhere, where + ", which is none of this machine's addresses");
  findings.Fails(kElsewhere,
                 where + ", which is neither this machine's nor in --preflight.addresses");
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
  const auto is_dead = [](const NameAddresses& lookup) {
    return WhyUnresolved(lookup).has_value();
  };
  const bool is_enough = !target.allow_subset_of_names || std::ranges::all_of(lookups, is_dead);
  for (const NameAddresses& lookup : lookups) {
    if (lookup.status == DnsStatus::kAnswered) {
      JudgePlace(lookup, own, findings);
    } else if (const auto why = WhyUnresolved(lookup)) {
      if (is_enough) {
        findings.Fails(kUnresolved, *why);
      } else {
        findings.MayFail(kUnresolved, *why + ": certbot will leave the name out");
      }
    } else {
      findings.Unknown(lookup.name + " was not looked up: " + lookup.detail);
    }
  }
  return std::move(findings).Take();
}

}  // namespace certhealth
