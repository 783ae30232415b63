// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/base/clock.h"

namespace certhealth {

/// The checks that ask beyond this machine's files, each only where `--preflight` names it.
enum class PreflightCheck { kDns, kCaa, kHttp01, kAcme };

/// As in `--preflight`: "dns".
std::string_view NameOf(PreflightCheck check);

/// What a check found out about one lineage. What could not be found out is no finding.
enum class PreflightOutcome {
  kPassed,
  kFails,    // the CA would see the same, and refuse
  kMayFail,  // seen from here; the CA may see something else
  kUnknown,  // the check could not be made; the detail says why
};

struct PreflightFinding {
  PreflightCheck check = PreflightCheck::kDns;
  PreflightOutcome outcome = PreflightOutcome::kUnknown;
  /// The id of the problem it amounts to: "dns_unresolved"; empty when it passed or is unknown.
  /// Static storage.
  std::string_view problem;
  std::string detail;  // for a person: which name, which address, what came back; valid UTF-8

  bool operator==(const PreflightFinding&) const = default;
};

/// What the last round of checks found, by configuration directory and lineage. Immutable once
/// published.
struct Preflight {
  std::map<std::pair<std::string, std::string>, std::vector<PreflightFinding>> lineages;
  /// After this, nothing of it holds any more: a round that hangs must not leave the one before it
  /// standing.
  WallTime valid_until = WallTime::max();
};

}  // namespace certhealth
