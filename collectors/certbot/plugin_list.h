// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "collectors/base/clock.h"

namespace certhealth {

/// The plugins that a certbot would discover, by the Python packages that are installed for it
/// (disco.py, find_all).
struct PluginEnvironment {
  std::vector<std::string> plugins;  // sorted; of every Python of the environment
  std::string where;                 // "/opt/certbot": for a person
  WallTime changed{};                // when a package was last added or removed
  /// The Python that certbot's first line names, where it is not there: then it cannot start, as
  /// after an upgrade of the system under a virtual environment.
  std::string missing_interpreter{};
};

}  // namespace certhealth
