// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/web_server/web_sites.h"

namespace certhealth {

/// A <VirtualHost> of Apache's, as far as certbot's http-01 goes by it.
struct ApacheHost {
  std::vector<std::string> ports;  // of its addresses; "" and "*" stand for any
  bool is_ssl = false;
};

/// What a web server's configuration says, by its files alone: nothing is run.
struct WebServerConf {
  /// "/etc/nginx/nginx.conf:3: what": for this the server refuses the whole configuration. Empty
  /// when nothing is that certain; what is not understood is no fault.
  std::string fault;
  /// Every file that it includes could be read and was understood.
  bool complete = false;
  std::vector<ApacheHost> hosts{};  // Apache's; all of them only when `complete`
  /// Every site that a client can meet; nullopt where they cannot be told for certain.
  std::optional<WebSites> sites{};
  WallTime changed{};  // the newest of its files, when `sites` are told
};

}  // namespace certhealth
