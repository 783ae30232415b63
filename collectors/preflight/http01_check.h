// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectors/preflight/http_fetch.h"
#include "collectors/preflight/own_addresses.h"
#include "collectors/preflight/preflight.h"
#include "collectors/preflight/renewal_target.h"

namespace certhealth {

/// The fetches of one challenge file by one name.
struct NameFetches {
  std::string name;
  std::string webroot;
  std::string expected;              // the file's content
  std::vector<FetchResult> fetches;  // one for each address of the name
  /// The same asked of this machine itself, where the answers of a public address may come from the
  /// router in between; absent when nobody asked.
  std::optional<FetchResult> at_home;
};

/// Whether the CA will find at each name what certbot puts into its webroot: webroot_not_served.
/// Pure.
///
/// The CA takes an IPv6 address first, and an IPv4 one only where it cannot connect to that (Let's
/// Encrypt: RFC 8555, 8.3, and its integration guide). What is certain is
/// - what an address of this machine answers, or that nobody listens there;
/// - that another address which needs no way back through NAT serves something else (404, or
/// another
///   body);
/// - behind NAT, that both the public address and this machine itself serve something else.
/// A public address that does not answer from inside says nothing.
std::vector<PreflightFinding> JudgeHttp01(const RenewalTarget& target,
                                          std::span<const NameFetches> names,
                                          const OwnAddresses& own);

/// Whether the answers by `fetches` can only be judged with `at_home`.
bool NeedsLookAtHome(const NameFetches& fetches, const OwnAddresses& own);

}  // namespace certhealth
