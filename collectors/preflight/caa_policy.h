// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectors/net/resolver.h"
#include "collectors/preflight/known_ca.h"

namespace certhealth {

/// Who asks for a certificate, as far as CAA goes.
struct CaaQuestion {
  bool is_wildcard = false;
  std::vector<std::string> identities;     // of the CA; empty: not known
  std::optional<std::string> account_uri;  // of the conf's account; absent: not known
  std::vector<std::string> methods;        // "http-01"; empty: not known
  Rfc8657 rfc8657 = Rfc8657::kMayHonour;
  CriticalFlag critical_flag = CriticalFlag::kHighest;
};

enum class CaaVerdict {
  kPermits,
  kUnknown,    // it turns on something that the question leaves open
  kMayForbid,  // it turns on whether the CA honours RFC 8657
  kForbids,
};

struct CaaJudgement {
  CaaVerdict verdict = CaaVerdict::kPermits;
  std::string why;  // for a person, where it does not permit; valid UTF-8
};

/// Whether `records`, the relevant RRset of a name (the first in its tree that is not empty), let
/// the CA issue: RFC 8659 (issue, issuewild, critical properties) and RFC 8657 (accounturi,
/// validationmethods). Pure; linear in the size of the records.
CaaJudgement JudgeCaa(std::span<const CaaRecord> records, const CaaQuestion& question);

}  // namespace certhealth
