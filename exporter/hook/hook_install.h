// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "collectors/base/failure.h"

namespace certhealth {

/// Whose hook, and where. Paths are absolute and as the machine's own programs would write them.
struct HookPlace {
  std::string root;        // prefix of every path, "/" for this machine
  std::string config_dir;  // certbot's; must exist
  std::string state_dir;
};

/// What was done, and what could not be. One line each, printable.
struct HookChange {
  std::vector<std::string> done;
  std::vector<Failure> failures;
};

/// Puts the hook into renewal-hooks/deploy and renewal-hooks/post, and makes the directory of its
/// records. Once installed it stays as it is. What is there by its name and is not ours, a state
/// directory in which others can write, and a configuration directory of another user are failures;
/// then nothing is written.
HookChange InstallHook(const HookPlace& place);

/// Takes the hook and its records back. What is not ours is a failure, and stays; where there is
/// nothing, that is said.
HookChange RemoveHook(const HookPlace& place);

}  // namespace certhealth
