// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/temporary_tree.h"

namespace certhealth {

/// What came of a program.
struct Ended {
  int exit_code = -1;  // -1 when it was killed
  std::string output;  // standard output and standard error

  bool operator==(const Ended&) const = default;
};

using Environment = std::vector<std::pair<std::string, std::string>>;

/// Runs `arguments`, the first of which is a path, with that environment and nothing else.
Ended RunProgram(const std::vector<std::string>& arguments, const Environment& environment);

/// Calls hooks as certbot does (misc.py, execute_command_status): /bin/sh -c PATH, in an
/// environment with the given variables and a PATH where `date` tells a moment of the test's
/// choice.
class HookCaller {
 public:
  HookCaller();

  Ended Call(const std::string& path, Environment variables, long long seconds_since_1970) const;

  /// To be the value of PATH.
  std::string search_path() const { return programs_.root() + ":/usr/bin:/bin"; }

 private:
  TemporaryTree programs_;
};

/// The shells of this machine among the usual ones, as commands.
std::vector<std::vector<std::string>> ShellsHere();

}  // namespace certhealth
