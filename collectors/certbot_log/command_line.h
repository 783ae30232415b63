// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// What certbot's arguments, as it logs them, say about a run. The command is never among them.
struct CommandLine {
  bool dry_run = false;
  /// The lineage meant: --cert-name, else the first domain, after which certbot names a lineage.
  std::string certificate_name;
};

/// `text` is a Python list, "['-q', '--dry-run']".
CommandLine ParseCommandLine(std::string_view text);

/// The strings of a Python list as `repr` writes it. What is cut off or no list ends it early.
std::vector<std::string> ParsePythonList(std::string_view text);

}  // namespace certhealth
