// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/web_server/web_site.h"

namespace certhealth {

/// Whom a client asks for in its Host header.
struct AskedHost {
  std::string name{};                     // empty where that is not known
  std::vector<std::string> other_than{};  // then it is none of these
};

/// The answer of a redirect to `target`: "https://%{HTTP_HOST}$1", with what `pattern` captured of
/// the path. Unknown unless the path stays the same. Pure.
ChallengeAnswer ApacheRedirect(std::string_view target, std::string_view pattern,
                               const AskedHost& asked, const std::string& place);

}  // namespace certhealth
