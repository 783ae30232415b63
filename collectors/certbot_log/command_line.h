// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// What certbot's arguments, as it logs them, say about a run. The command is never among them.
struct CommandLine {
  bool dry_run = false;
  std::string certificate_name;  // --cert-name; empty without
  /// Those of -d, in lower case, sorted, each once. certbot looks for the lineage whose certificate
  /// has them; what that is named, they do not tell.
  std::vector<std::string> domains;
};

/// `text` is a Python list, "['-q', '--dry-run']".
CommandLine ParseCommandLine(std::string_view text);

/// The strings of a Python list as `repr` writes it. What is cut off or no list ends it early.
std::vector<std::string> ParsePythonList(std::string_view text);

}  // namespace certhealth
