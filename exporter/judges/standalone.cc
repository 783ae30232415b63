// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/standalone.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "collectors/certbot/pre_hook.h"
#include "exporter/judges/findings.h"
#include "exporter/judges/usable_conf.h"

namespace certhealth::judges {
namespace {

/// What a listener does to certbot's bind.
enum class Obstruction { kNone, kPerhaps, kCertain };

/// certbot binds the IPv6 wildcard for both families and then, where that fails, the IPv4 one. What
/// holds any address of IPv4 stops both.
Obstruction OfWildcard(const ListeningSocket& listener) {
  if (listener.family == AddressFamily::kIpv4 || listener.is_mapped_ipv4())
    return Obstruction::kCertain;
  if (!listener.is_wildcard() || listener.ipv6_only == true) return Obstruction::kNone;
  return listener.ipv6_only == false ? Obstruction::kCertain : Obstruction::kPerhaps;
}

/// With http01_address, certbot binds that address alone.
Obstruction OfAddress(const ListeningSocket& listener, const std::string& text) {
  std::array<std::uint8_t, 16> address{};
  const bool is_ipv4 = inet_pton(AF_INET, text.c_str(), address.data()) == 1;
  if (!is_ipv4 && inet_pton(AF_INET6, text.c_str(), address.data()) != 1) {
    return Obstruction::kPerhaps;  // a name
  }
  if (std::ranges::all_of(address, [](std::uint8_t byte) { return byte == 0; })) {
    // Of any address: all of IPv4, or both families.
    const bool is_ipv6_too = !is_ipv4 && listener.family == AddressFamily::kIpv6;
    return is_ipv6_too ? Obstruction::kCertain : OfWildcard(listener);
  }
  const auto family = is_ipv4 ? AddressFamily::kIpv4 : AddressFamily::kIpv6;
  if (listener.family == family) {
    return listener.is_wildcard() || listener.address == address ? Obstruction::kCertain
                                                                 : Obstruction::kNone;
  }
  if (!is_ipv4) return Obstruction::kNone;  // IPv4 listeners leave IPv6 addresses alone
  if (listener.is_mapped_ipv4()) {
    return std::equal(address.begin(), address.begin() + 4, listener.address.begin() + 12)
               ? Obstruction::kCertain
               : Obstruction::kNone;
  }
  return OfWildcard(listener);
}

/// http01_address has certbot listen on an address that this machine does not have.
std::optional<Finding> AddressOfNobody(const Case& given, const RenewalConf& conf) {
  const auto address = ParseIpAddress(conf.http01_address.str());
  if (!address || !given.machine->network || given.machine->network->MayBind(*address))
    return std::nullopt;
  std::string detail = "http01_address = " + conf.http01_address.str() +
                       ", where certbot would listen, is no address of this machine";
  if (MayRunPreHook(*given.lineage, *given.machine))
    return Risk(std::move(detail) + ", unless a pre hook adds it");
  return FailsRenewal(std::move(detail));
}

std::string WhatIsStopped(const HookEffect& pre_hook) {
  if (!pre_hook.is_there) return "nothing stops it for the renewal";
  if (pre_hook.stopped.empty()) return "the pre hook stops nothing";
  std::string services;
  for (const std::string& service : pre_hook.stopped)
    services += (services.empty() ? "" : " and ") + service;
  return "the pre hook stops " + services + " only";
}

}  // namespace

std::optional<Finding> StandalonePortTaken(const Case& given) {
  const RenewalConf* conf = UsableConf(given);
  if (conf == nullptr || !given.plan.enabled || conf->authenticator != "standalone")
    return std::nullopt;
  if (auto foreign = AddressOfNobody(given, *conf)) return foreign;
  if (!given.machine->listeners) return std::nullopt;
  // What listens now may be certbot itself, answering a challenge.
  if (given.machine->roots[given.lineage->root].lock_holder) return std::nullopt;
  const HookEffect pre_hook = EffectOfPreHooks(*given.lineage, *given.machine);
  const ListeningSocket* holder = nullptr;
  auto worst = std::pair(Obstruction::kNone, false);  // and whether it stays
  for (const ListeningSocket& listener : *given.machine->listeners) {
    if (listener.port != conf->http01_port || listener.process.starts_with("certbot")) continue;
    const Obstruction obstruction = conf->http01_address.empty()
                                        ? OfWildcard(listener)
                                        : OfAddress(listener, conf->http01_address);
    const auto badness = std::pair(obstruction, !MayStop(pre_hook, listener.process));
    if (obstruction == Obstruction::kNone || badness <= worst) continue;
    worst = badness;
    holder = &listener;
  }
  if (holder == nullptr) return std::nullopt;
  const std::string who = holder->process.empty() ? "something" : holder->process;
  const std::string detail = who + " listens on " + ToString(*holder);
  const auto [obstruction, stays] = worst;
  if (obstruction == Obstruction::kPerhaps)
    return Risk(detail + ": where it takes IPv4 too, certbot cannot bind the port");
  if (!stays)
    return Risk(detail + ": unless a pre hook stops it in time, certbot cannot bind the port");
  return FailsRenewal(detail + ", and " + WhatIsStopped(pre_hook) + ": certbot cannot bind port " +
                      std::to_string(conf->http01_port));
}

}  // namespace certhealth::judges
