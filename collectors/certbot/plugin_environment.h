// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "collectors/base/file_dependency.h"
#include "collectors/base/file_system.h"
#include "collectors/base/mount_view.h"
#include "collectors/certbot/plugin_list.h"

namespace certhealth {

/// Finds the plugins of installed certbots; what did not change is not read again. One thread.
class PluginEnvironments {
 public:
  /// Of the certbot that the script `program` starts: Debian's and Fedora's system Python, or a
  /// virtual environment. Null where that cannot be told for certain: another kind of program (the
  /// snap's), directories that may not be read or that `view` may hide, packages that are linked in
  /// from elsewhere, or no certbot among them.
  std::shared_ptr<const PluginEnvironment> Look(const FileSystem& files, const MountView& view,
                                                const std::string& program, WallTime now);

 private:
  struct Known {
    std::shared_ptr<const PluginEnvironment> environment;
    FileDependencies dependencies;
  };
  std::map<std::string, Known> known_;
};

}  // namespace certhealth
