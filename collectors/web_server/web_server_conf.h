// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "collectors/base/file_dependency.h"
#include "collectors/base/file_system.h"

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
};

/// The same, and by what it can be told that it would be the same again.
struct WebServerReading {
  WebServerConf conf;
  std::vector<FileDependency> dependencies;
};

/// nginx's configuration below `server_root` ("/etc/nginx"), from nginx.conf on, as `nginx -c
/// nginx.conf -t` goes through it, with which certbot's plugin begins (configurator.py, prepare).
/// Bounded in files, bytes and depth.
WebServerReading ReadNginxConf(const FileSystem& files, const std::string& server_root);

/// Apache's below `server_root` ("/etc/apache2"), from apache2.conf on, as `apache2ctl configtest`
/// goes through it. Sections whose condition cannot be told are passed over.
WebServerReading ReadApacheConf(const FileSystem& files, const std::string& server_root);

}  // namespace certhealth
