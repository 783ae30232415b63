// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/http01_check.h"

#include <algorithm>

#include "collectors/preflight/finding_list.h"
#include "collectors/preflight/known_ca.h"

namespace certhealth {
namespace {

constexpr std::string_view kNotServed = "webroot_not_served";
constexpr int kTooManyRequests = 429;

/// What the CA will get from one address, or from the addresses of one family.
enum class Service {
  kServed,
  kUnknown,
  kPerhapsWrong,  // seen from here; the CA may see something else
  kPerhapsNoOne,  // no connection from here
  kWrong,         // certain: an answer, but not the file
  kNoOne,         // certain: no connection, so that the other family is tried
};

struct AddressJudgement {
  Service service = Service::kUnknown;
  std::string why;
};

/// As CAs compare (RFC 8555, 8.3): white space at the end does not count.
bool IsExpected(const FetchResult& fetch, const std::string& expected) {
  if (fetch.end != FetchEnd::kAnswered || fetch.status != 200) return false;
  const std::string_view body(fetch.body);
  return body.substr(0, body.find_last_not_of(" \t\r\n") + 1) == expected;
}

/// Whether the server said something that is not the file.
bool IsOtherAnswer(const FetchResult& fetch) {
  return fetch.end == FetchEnd::kAnswered || fetch.end == FetchEnd::kRedirectForbidden ||
         fetch.end == FetchEnd::kRedirectDead || fetch.end == FetchEnd::kNotHttp;
}

/// Whether it says the same to everybody: a gate in front of a site may let the CA through.
bool IsSaidToAll(const FetchResult& fetch) {
  return fetch.end == FetchEnd::kRedirectForbidden || fetch.end == FetchEnd::kRedirectDead ||
         (fetch.end == FetchEnd::kAnswered && (fetch.status == 404 || fetch.status == 200));
}

std::string WhatCame(const FetchResult& fetch) {
  const std::string from = ToString(fetch.address);
  const std::string detail = fetch.detail.empty() ? "" : " (" + fetch.detail + ")";
  switch (fetch.end) {
    case FetchEnd::kAnswered:
      if (fetch.status == 200) return from + " serves something else" + detail;
      return from + " answers " + std::to_string(fetch.status) + detail;
    case FetchEnd::kNotConnected:
      return "nobody listens at " + from + detail;
    case FetchEnd::kConnectTimeout:
      return from + " cannot be reached from here" + detail;
    case FetchEnd::kNoAnswer:
      return from + " takes the connection and does not answer" + detail;
    case FetchEnd::kNotHttp:
      return from + " does not answer in HTTP" + detail;
    case FetchEnd::kRedirectForbidden:
    case FetchEnd::kRedirectDead:
    case FetchEnd::kRedirectFailed:
      return from + " answers with a redirect that leads nowhere" + detail;
    case FetchEnd::kRedirectNotTried:
      return from + " answers with a redirect that was not followed" + detail;
    case FetchEnd::kNotTried:
      break;
  }
  return from + " was not asked" + detail;
}

/// Whether there is NAT between this machine and a public `address`, so that an answer from inside
/// may be the router's.
bool IsThroughNat(const IpAddress& address, const OwnAddresses& own) {
  if (own.IsHere(address) || !IsPublic(address) || own.HasPublic(address.family)) return false;
  return own.declared.empty() || own.Contains(address);
}

/// An answer that passes: of a server that has too much to do, or is just being restarted.
bool IsOfTheMoment(const FetchResult& fetch) {
  return fetch.end == FetchEnd::kAnswered &&
         (fetch.status == kTooManyRequests || fetch.status >= 500);
}

bool IsCertain(Service service) { return service == Service::kWrong || service == Service::kNoOne; }

Service Doubted(Service service) {
  if (service == Service::kWrong) return Service::kPerhapsWrong;
  return service == Service::kNoOne ? Service::kPerhapsNoOne : service;
}

Service JudgeHere(const FetchResult& fetch) {
  if (IsOfTheMoment(fetch)) return Service::kPerhapsWrong;
  switch (fetch.end) {
    case FetchEnd::kNotConnected:
      return Service::kNoOne;
    case FetchEnd::kConnectTimeout:
      return Service::kPerhapsNoOne;
    case FetchEnd::kAnswered:
    case FetchEnd::kNoAnswer:
    case FetchEnd::kNotHttp:
    case FetchEnd::kRedirectForbidden:
    case FetchEnd::kRedirectDead:
      return Service::kWrong;
    case FetchEnd::kRedirectFailed:
      return Service::kPerhapsWrong;
    case FetchEnd::kRedirectNotTried:
    case FetchEnd::kNotTried:
      break;
  }
  return Service::kUnknown;
}

Service JudgeThere(const FetchResult& fetch) {
  if (IsSaidToAll(fetch)) return Service::kWrong;
  if (IsOtherAnswer(fetch) || fetch.end == FetchEnd::kRedirectFailed) return Service::kPerhapsWrong;
  if (fetch.end == FetchEnd::kNotConnected) return Service::kPerhapsNoOne;
  return Service::kUnknown;
}

Service JudgeThroughNat(const FetchResult& fetch, const std::optional<FetchResult>& at_home,
                        const std::string& expected, bool has_local_nat) {
  if (!IsOtherAnswer(fetch)) return Service::kUnknown;
  const bool home_is_wrong =
      at_home && IsSaidToAll(*at_home) && !has_local_nat && !IsExpected(*at_home, expected);
  return home_is_wrong && IsSaidToAll(fetch) ? Service::kWrong : Service::kPerhapsWrong;
}

/// From where the CA asks.
struct CaPlace {
  bool is_public = false;
  bool is_here = false;  // on this machine: it meets what this process meets
};

CaPlace PlaceOf(const std::string& server, const OwnAddresses& own) {
  const std::string host = HostOfServer(server);
  const auto address = ParseIpAddress(host);
  return {FindKnownCa(server) != nullptr, host == "localhost" || (address && own.IsHere(*address))};
}

AddressJudgement JudgeAddress(const FetchResult& fetch, const NameFetches& name,
                              const OwnAddresses& own, CaPlace ca) {
  if (IsExpected(fetch, name.expected)) return {Service::kServed, {}};
  AddressJudgement judgement{Service::kUnknown, WhatCame(fetch)};
  if (IsThroughNat(fetch.address, own)) {
    judgement.service =
        JudgeThroughNat(fetch, name.at_home, name.expected, own.has_nat && !ca.is_here);
  } else if (own.IsHere(fetch.address)) {
    judgement.service = JudgeHere(fetch);
    if (own.has_nat && !ca.is_here && IsCertain(judgement.service)) {
      judgement.service = Doubted(judgement.service);
      judgement.why += ", unless NAT sends what comes from outside elsewhere";
    }
  } else {
    judgement.service = JudgeThere(fetch);
  }
  // A public CA never sees such addresses: the resolver here has another view of the name.
  if (ca.is_public && !IsPublic(fetch.address)) judgement.service = Doubted(judgement.service);
  return judgement;
}

/// One address of several is taken: what all of them have in common is certain.
AddressJudgement JudgeFamily(std::span<const AddressJudgement> all) {
  AddressJudgement joined = all.front();
  for (const AddressJudgement& one : all) {
    if (one.service == joined.service) continue;
    if (joined.why.empty()) joined.why = one.why;
    const auto is_wrong = [](Service service) {
      return service == Service::kWrong || service == Service::kPerhapsWrong;
    };
    joined.service = is_wrong(one.service) || is_wrong(joined.service) ? Service::kPerhapsWrong
                                                                       : Service::kPerhapsNoOne;
  }
  return joined;
}

/// IPv6 first; IPv4 where nobody takes a connection by IPv6.
AddressJudgement JudgeName(const NameFetches& name, const OwnAddresses& own, CaPlace ca) {
  std::vector<AddressJudgement> ipv6;
  std::vector<AddressJudgement> ipv4;
  for (const FetchResult& fetch : name.fetches) {
    auto& family = fetch.address.family == IpAddress::Family::kIpv6 ? ipv6 : ipv4;
    family.push_back(JudgeAddress(fetch, name, own, ca));
  }
  if (ipv6.empty() && ipv4.empty()) return {Service::kUnknown, "it has no address to ask"};
  if (ipv6.empty()) return JudgeFamily(ipv4);
  AddressJudgement first = JudgeFamily(ipv6);
  if (ipv4.empty() || first.service == Service::kServed || first.service == Service::kWrong ||
      first.service == Service::kPerhapsWrong)
    return first;
  AddressJudgement second = JudgeFamily(ipv4);
  // It depends on whether the CA can connect by IPv6, and gets the file there.
  if (first.service != Service::kNoOne && second.service == Service::kWrong)
    second.service = Service::kPerhapsWrong;
  if (first.service != Service::kNoOne && second.service == Service::kNoOne)
    second.service = Service::kPerhapsNoOne;
  return second;
}

}  // namespace

bool NeedsLookAtHome(const NameFetches& fetches, const OwnAddresses& own) {
  return std::ranges::any_of(fetches.fetches, [&](const FetchResult& fetch) {
    return IsThroughNat(fetch.address, own) && IsOtherAnswer(fetch) &&
           !IsExpected(fetch, fetches.expected);
  });
}

std::vector<PreflightFinding> JudgeHttp01(const RenewalTarget& target,
                                          std::span<const NameFetches> names,
                                          const OwnAddresses& own) {
  const CaPlace ca = PlaceOf(target.server, own);
  std::vector<AddressJudgement> judgements;
  for (const NameFetches& name : names) judgements.push_back(JudgeName(name, own, ca));
  // Names that nothing was asked of may do.
  const bool is_enough = !target.allow_subset_of_names ||
                         (names.size() >= target.names.size() &&
                          std::ranges::all_of(judgements, [](const AddressJudgement& judgement) {
                            return IsCertain(judgement.service);
                          }));
  FindingList findings(PreflightCheck::kHttp01);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const AddressJudgement& judgement = judgements[i];
    if (judgement.service == Service::kServed) continue;
    std::string detail =
        names[i].name + " does not serve " + names[i].webroot + ": " + judgement.why;
    if (judgement.service == Service::kUnknown) {
      findings.Unknown(names[i].name + ": " + judgement.why);
    } else if (IsCertain(judgement.service) && is_enough) {
      findings.Fails(kNotServed, std::move(detail));
    } else {
      findings.MayFail(kNotServed, std::move(detail));
    }
  }
  return std::move(findings).Take();
}

}  // namespace certhealth
