// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/types.h>

#include <optional>
#include <string>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/endpoint/endpoint.h"

struct stack_st_X509;  // STACK_OF(X509)

namespace certhealth {

/// When one certificate of a path is valid, both ends included.
struct PathStep {
  std::string subject;
  WallTime not_before{};
  WallTime not_after{};
};

/// What a verification came to, dates and name aside.
struct PathVerdict {
  std::optional<EndpointFault> distrust;
  std::vector<PathStep> path;  // from the leaf on, as far as it was built
};

/// Builds the path from the leaf, the first of `chain`, over the others to a root of `store`, and
/// judges it as a careful client does: for servers, at OpenSSL's level 2, at `now` where several
/// paths lead on. `known` are intermediates that were not sent: when they alone complete the path,
/// the chain is incomplete. REQUIRES: a chain that is not empty. Throws std::bad_alloc.
PathVerdict VerifyPath(X509_STORE* store, stack_st_X509* chain, stack_st_X509* known, WallTime now);

/// The verdict on the dates of a path.
std::optional<EndpointFault> JudgeDates(const std::vector<PathStep>& path, WallTime now);

/// Whether `leaf` is for `name`, a DNS name or an address, by its SAN alone (RFC 6125, 6.4; a
/// wildcard is a whole label, the leftmost).
bool IsFor(X509* leaf, const std::string& name);

}  // namespace certhealth
