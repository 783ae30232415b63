// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "collectors/base/file_system.h"
#include "collectors/web_server/web_server_conf.h"

namespace certhealth {

enum class WebServer { kNginx, kApache };

/// Reads configurations of web servers, each again only when one of its files or directories
/// changed. One thread.
class WebServerReader {
 public:
  /// The configuration below `server_root` as it is now. Never null.
  std::shared_ptr<const WebServerConf> Look(const FileSystem& files, WebServer server,
                                            const std::string& server_root);

 private:
  struct Known {
    std::shared_ptr<const WebServerConf> conf;
    std::vector<FileDependency> dependencies;
  };
  std::map<std::pair<WebServer, std::string>, Known> known_;
};

}  // namespace certhealth
