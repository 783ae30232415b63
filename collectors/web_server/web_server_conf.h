// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace certhealth {

enum class WebServer { kNginx, kApache };

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
};

}  // namespace certhealth
