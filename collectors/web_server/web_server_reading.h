// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "collectors/base/file_dependency.h"
#include "collectors/base/file_system.h"
#include "collectors/base/mount_view.h"
#include "collectors/web_server/web_server_conf.h"

namespace certhealth {

/// The same, and by what it can be told that it would be the same again.
struct WebServerReading {
  WebServerConf conf;
  std::vector<FileDependency> dependencies;
};

/// nginx's configuration below `server_root` ("/etc/nginx"), from nginx.conf on, as `nginx -c
/// nginx.conf -t` goes through it, with which certbot's plugin begins (configurator.py, prepare).
/// Bounded in files, bytes and depth. What `view` may hide is not taken for missing. `ctl` is the
/// program that certbot starts; what its file, or those of its modules, do not have as a word is no
/// directive.
WebServerReading ReadNginxConf(const FileSystem& files, const MountView& view,
                               const std::string& server_root, const std::string& ctl = "nginx");

/// Apache's below `server_root` ("/etc/apache2"), from apache2.conf on, as `apache2ctl configtest`
/// goes through it. Sections whose condition cannot be told are passed over.
WebServerReading ReadApacheConf(const FileSystem& files, const MountView& view,
                                const std::string& server_root);

}  // namespace certhealth
