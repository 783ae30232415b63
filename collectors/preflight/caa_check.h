// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectors/preflight/name_lookup.h"
#include "collectors/preflight/preflight.h"
#include "collectors/preflight/renewal_target.h"

namespace certhealth {

/// What is known of the CA and of the account, beyond the conf.
struct CaaContext {
  std::vector<std::string> published_identities;  // meta.caaIdentities of the CA's directory
  std::optional<std::string> account_uri;
};

/// Whether the DNS lets the CA of `target` issue for its names, by any method: caa_forbids. The
/// CA's identities are those of the table and those that it publishes; for a CA without either,
/// only what forbids everybody is told, as a risk: private CAs need not look at CAA. `lookups` has
/// one for each name of `target`, in their order. Pure.
std::vector<PreflightFinding> JudgeCaaRecords(const RenewalTarget& target,
                                              std::span<const RelevantCaa> lookups,
                                              const CaaContext& context);

}  // namespace certhealth
