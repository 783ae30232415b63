// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/web_server/apache_redirect.h"
#include "collectors/web_server/apache_scope.h"
#include "collectors/web_server/web_site.h"

namespace certhealth {

/// What mod_rewrite makes of a challenge.
struct RewriteOutcome {
  enum class Kind { kPasses, kAnswers, kUnknown };
  Kind kind = Kind::kUnknown;
  ChallengeAnswer answer{};
};

/// By the rules of `host`; those of `main` are not inherited, but whether the engine is on is.
/// Pure.
RewriteOutcome ApacheRewrites(const ApacheScope& main, const ApacheScope& host,
                              const AskedHost& asked);

/// Whether a condition of its rules asks for the name.
bool RewritesByName(const ApacheScope& host);

}  // namespace certhealth
