// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/web_server/nginx_scope.h"
#include "collectors/web_server/web_site.h"

namespace certhealth {

/// What `server`, of `http`, answers to a challenge: by `return`, by the location that nginx finds
/// (ngx_http_core_find_location) and what is said there of access, `root`, `alias` and `try_files`
/// (nginx 1.18 to 1.29). Pure.
ChallengeAnswer NginxChallengeAnswer(const NginxScope& http, const NginxScope& server);

}  // namespace certhealth
