// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/file_dependency.h"
#include "collectors/base/file_system.h"

namespace certhealth {

/// The plugins that a certbot would discover, by the Python packages that are installed for it
/// (disco.py, find_all).
struct PluginEnvironment {
  std::vector<std::string> plugins;  // sorted; of every Python of the environment
  std::string where;                 // "/opt/certbot": for a person
  WallTime changed{};                // when a package was last added or removed
};

/// Finds the plugins of installed certbots; what did not change is not read again. One thread.
class PluginEnvironments {
 public:
  /// Of the certbot that the script `program` starts: Debian's and Fedora's system Python, or a
  /// virtual environment. Null where that cannot be told for certain: another kind of program (the
  /// snap's), directories that may not be read, packages that are linked in from elsewhere, or no
  /// certbot among them.
  std::shared_ptr<const PluginEnvironment> Look(const FileSystem& files,
                                                const std::string& program);

 private:
  struct Known {
    std::shared_ptr<const PluginEnvironment> environment;
    std::vector<FileDependency> dependencies;
  };
  std::map<std::string, Known> known_;
};

}  // namespace certhealth
