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
/// - what an address of this machine answers, or that nobody listens there, where nothing sends
/// what
///   comes from outside elsewhere (OwnAddresses::has_nat), or the CA itself is on this machine;
/// - that another address which needs no way back through NAT serves something else (404, or
///   another body);
/// - behind NAT, that both the public address and this machine itself serve something else.
/// A public address that does not answer from inside says nothing; what a private one answers is a
/// risk to a public CA, whose DNS has others; a server that is overloaded or starting (429, 5xx)
/// may be well again in a moment. Where names may be left out, only all of `target`'s are enough.
std::vector<PreflightFinding> JudgeHttp01(const RenewalTarget& target,
                                          std::span<const NameFetches> names,
                                          const OwnAddresses& own);

/// Whether the answers by `fetches` can only be judged with `at_home`.
bool NeedsLookAtHome(const NameFetches& fetches, const OwnAddresses& own);

}  // namespace certhealth
