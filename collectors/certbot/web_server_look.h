// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/base/file_system.h"
#include "collectors/base/mount_view.h"
#include "collectors/certbot/web_server_plugin.h"
#include "collectors/web_server/directory_place.h"
#include "collectors/web_server/web_server_reader.h"

namespace certhealth {

/// Gathers the configurations of the web servers that lineages go by, each once. One look, one
/// thread.
class WebServerLook {
 public:
  using Confs = std::unordered_map<std::string, std::shared_ptr<const WebServerConf>>;
  using Directories = std::unordered_map<std::string, DirectoryPlace>;

  /// `memory` outlives this.
  WebServerLook(const FileSystem& files, WebServerReader& memory, WallTime now)
      : files_(files), memory_(memory), now_(now) {}

  /// What the plugin that `conf` names works on. Whether it is known where that would be.
  bool AddPlugin(const MountView& mounts, const RenewalConf& conf, const WebServerPlugin& plugin);

  /// Those that may serve webroots, where they are set up at all. Whether any is.
  bool AddThoseOfWebroots(const MountView& mounts);

  /// Whether any of those was found.
  bool serve_webroots() const { return serves_webroots_ == true; }

  /// Where the servers look for challenges and where certbot would put them, by path; nothing where
  /// no server serves webroots.
  Directories FindDirectories(const MountView& mounts,
                              const std::vector<std::string>& challenges) const;

  /// By WebServerPlugin::key.
  Confs TakeConfs() && { return std::move(confs_); }

 private:
  void Read(const MountView& mounts, const WebServerPlugin& plugin);
  bool IsDebian();

  const FileSystem& files_;
  WebServerReader& memory_;
  WallTime now_;
  Confs confs_;
  std::optional<bool> is_debian_{};
  std::optional<bool> serves_webroots_{};
};

}  // namespace certhealth
