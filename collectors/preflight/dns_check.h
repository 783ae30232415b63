// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/preflight/name_lookup.h"
#include "collectors/preflight/own_addresses.h"
#include "collectors/preflight/preflight.h"
#include "collectors/preflight/renewal_target.h"

namespace certhealth {

/// Whether the CA will find this machine by the names of `target`, which it validates by http-01.
/// `lookups` has one for each name asked about. Pure.
///
/// - A name that does not exist, has no address, or whose zone answers with an error (twice) fails
///   the certificate, as one name is enough to: dns_unresolved. Where names may be left out
///   (allow_subset_of_names), only all of them do, dead or elsewhere. What the resolver here did
///   not answer at all says nothing about the CA's, and what a resolver has a zone of its own for
///   is a risk to a public CA: the internet may have another (split DNS).
/// - A name none of whose addresses leads here: dns_points_elsewhere. That is certain where the
///   operator has declared the addresses of this machine, else a risk: a balancer may be in
///   between. A machine behind NAT that declares nothing cannot tell. Of a name that leads here and
///   elsewhere it is a risk: the CA prefers IPv6, and takes one address of many.
std::vector<PreflightFinding> JudgeDns(const RenewalTarget& target,
                                       std::span<const NameAddresses> lookups,
                                       const OwnAddresses& own);

/// The name that is asked about: the one behind "*." of a wildcard.
std::string_view NameBehindWildcard(std::string_view name);

}  // namespace certhealth
