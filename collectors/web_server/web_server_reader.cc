// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/web_server_reader.h"

#include "collectors/web_server/web_server_reading.h"

namespace certhealth {
namespace {

/// More than this is no machine that somebody set up.
constexpr std::size_t kMaxServers = 64;

}  // namespace

std::shared_ptr<const WebServerConf> WebServerReader::Look(const FileSystem& files,
                                                           const MountView& view, WebServer server,
                                                           const std::string& server_root,
                                                           const std::string& ctl, WallTime now) {
  if (known_.size() > kMaxServers) known_.clear();
  Known& known = known_[{server, server_root + "\n" + ctl}];
  if (known.dependencies.AreUnchanged(files)) return known.conf;
  WebServerReading reading = server == WebServer::kNginx
                                 ? ReadNginxConf(files, view, server_root, ctl)
                                 : ReadApacheConf(files, view, server_root);
  known.conf = std::make_shared<const WebServerConf>(std::move(reading.conf));
  known.dependencies = {std::move(reading.dependencies), now};
  return known.conf;
}

}  // namespace certhealth
