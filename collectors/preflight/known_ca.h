// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace certhealth {

/// How a CA takes the two CAA parameters of RFC 8657.
enum class Rfc8657 { kHonours, kMayHonour };

/// Which bit of a CAA record's flags makes it critical: 0x80 (RFC 8659, 4.1: the bit 0 of RFC
/// 1035), or, as Let's Encrypt has it (boulder, va/caa.go), also 0x01, for which many have taken
/// that.
enum class CriticalFlag { kHighest, kHighestOrLowest };

/// What is known of a public CA by its ACME server's address.
struct KnownCa {
  std::string_view name;
  std::span<const std::string_view> caa_identities;  // the domains by which it knows itself in CAA
  Rfc8657 rfc8657 = Rfc8657::kMayHonour;
  CriticalFlag critical_flag = CriticalFlag::kHighest;
};

/// The CA behind an ACME directory's URL; null for one that is not in the table, a private one for
/// instance. What it publishes as meta.caaIdentities (RFC 8555, 7.1.1) is not in here.
const KnownCa* FindKnownCa(std::string_view server);

/// The host in the URL of an ACME directory, in lower case, without a port; empty for no URL.
std::string HostOfServer(std::string_view server);

/// Whether two account URLs name the same account: equal, or Let's Encrypt's number for it in the
/// forms of ACME v1 and v2, which it takes for the same in CAA.
bool IsSameAccount(std::string_view one, std::string_view other);

}  // namespace certhealth
