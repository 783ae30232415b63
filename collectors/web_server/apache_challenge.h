// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "collectors/web_server/apache_redirect.h"
#include "collectors/web_server/apache_scope.h"
#include "collectors/web_server/web_site.h"

namespace certhealth {

/// What the virtual host `host`, of the main server `main`, answers to a challenge: by mod_rewrite,
/// mod_proxy, `Redirect`, `Alias` and `DocumentRoot`, which is the order that Apache 2.4 asks them
/// in, and by the sections for that file. `may_exist` tells of a path whether a file may be there.
ChallengeAnswer ApacheChallengeAnswer(const ApacheScope& main, const ApacheScope& host,
                                      const AskedHost& asked,
                                      const std::function<bool(const std::string&)>& may_exist);

}  // namespace certhealth
