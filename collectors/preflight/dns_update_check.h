// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "collectors/preflight/dns_update_look.h"
#include "collectors/preflight/preflight.h"
#include "collectors/preflight/renewal_target.h"

namespace certhealth {

/// Whether certbot's dns-rfc2136 will get its record into the DNS: dns_update_refused. Pure.
///
/// Certain is what certbot would meet as well: nobody listens at the server's port, or no route
/// leads there; a signature that does not hold; clocks too far apart; no zone for a name, to the
/// same questions as certbot's. A key that the server does not know is certain where certbot signs
/// its questions, or where the server is the zone's primary: a secondary may forward the update. An
/// answer that does not come is a risk, as certbot waits longer; so is a server that is not there
/// where a pre hook may bring it, or a tunnel to it.
/// REQUIRES: target.update
std::vector<PreflightFinding> JudgeDnsUpdate(const RenewalTarget& target,
                                             const DnsUpdateLook& look);

}  // namespace certhealth
