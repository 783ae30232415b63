// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "collectors/base/file_dependency.h"
#include "collectors/base/file_system.h"
#include "collectors/base/mount_view.h"
#include "collectors/web_server/web_server_conf.h"

namespace certhealth {

/// Reads configurations of web servers, each again only when one of its files or directories
/// changed. One thread.
class WebServerReader {
 public:
  /// The configuration below `server_root` as it is now, as far as `view` shows it; `ctl` is the
  /// program that certbot starts for it. Never null.
  std::shared_ptr<const WebServerConf> Look(const FileSystem& files, const MountView& view,
                                            WebServer server, const std::string& server_root,
                                            const std::string& ctl, WallTime now);

 private:
  struct Known {
    std::shared_ptr<const WebServerConf> conf;
    FileDependencies dependencies;
  };
  std::map<std::pair<WebServer, std::string>, Known> known_;
};

}  // namespace certhealth
