// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/web_server_look.h"

#include <utility>

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxOsReleaseBytes = std::uint64_t{64} * 1024;

}  // namespace

bool WebServerLook::AddPlugin(const MountView& mounts, const RenewalConf& conf,
                              const WebServerPlugin& plugin) {
  const bool is_set = !conf.apache_server_root.empty() && !conf.apache_ctl.empty();
  if (plugin.server == WebServer::kApache && !is_set && !IsDebian()) return false;
  Read(mounts, plugin);
  return true;
}

bool WebServerLook::AddThoseOfWebroots(const MountView& mounts) {
  if (serves_webroots_) return *serves_webroots_;
  serves_webroots_ = false;
  for (const auto& [server, conf] : {std::pair(WebServer::kNginx, "/nginx.conf"),
                                     std::pair(WebServer::kApache, "/apache2.conf")}) {
    const WebServerPlugin plugin = DefaultWebServer(server);
    if (!files_.Status(plugin.server_root + conf)) continue;
    Read(mounts, plugin);
    serves_webroots_ = true;
  }
  return *serves_webroots_;
}

WebServerLook::Directories WebServerLook::FindDirectories(
    const MountView& mounts, const std::vector<std::string>& challenges) const {
  Directories directories;
  if (!serve_webroots()) return directories;
  const auto add = [&](const std::string& path) {
    if (!path.starts_with('/') || directories.contains(path) || mounts.MayHide(files_, path))
      return;
    if (auto place = PlaceOfDirectory(files_, path)) directories.emplace(path, std::move(*place));
  };
  bool has_sites = false;
  for (const auto& [key, conf] : confs_) {
    if (!conf->sites) continue;
    has_sites = true;
    for (const WebSite& site : conf->sites->all()) add(site.answer.directory);
  }
  if (!has_sites) return directories;
  for (const std::string& path : challenges) add(path);
  return directories;
}

void WebServerLook::Read(const MountView& mounts, const WebServerPlugin& plugin) {
  std::string key = plugin.key();
  if (!plugin.server_root.starts_with('/') || confs_.contains(key)) return;
  confs_.emplace(std::move(key),
                 memory_.Look(files_, mounts, plugin.server, plugin.server_root, plugin.ctl, now_));
}

/// Elsewhere certbot's apache plugin has other defaults (certbot_apache, OVERRIDE_CLASSES).
bool WebServerLook::IsDebian() {
  if (is_debian_) return *is_debian_;
  const Result<FileContents> release = files_.Read("/etc/os-release", kMaxOsReleaseBytes);
  is_debian_ = release && (release->bytes.find("ID=debian") != std::string::npos ||
                           release->bytes.find("ID=ubuntu") != std::string::npos ||
                           release->bytes.find("ID_LIKE=debian") != std::string::npos);
  return *is_debian_;
}

}  // namespace certhealth
