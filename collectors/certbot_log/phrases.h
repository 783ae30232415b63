// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/certbot_log/log_run.h"

namespace certhealth {

/// If `text` starts with `prefix`, removes it and returns true.
inline bool Skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// A whole number that is all of `digits`.
std::optional<int> ToNumber(std::string_view digits);

/// What follows the last slash of `path`; what precedes it.
std::string_view LastComponent(std::string_view path);
std::string_view Parent(std::string_view path);

/// One line of the summary, "  /etc/letsencrypt/live/NAME/fullchain.pem (failure)".
struct SummaryEntry {
  std::string_view name;  // of the directory: nearly always the lineage
  SummaryVerdict verdict = SummaryVerdict::kSkipped;
};
std::optional<SummaryEntry> ParseSummaryEntry(std::string_view line);

/// `Hook 'deploy-hook' reported error code 1` (1.16+), `deploy-hook command "CMD" returned error
/// code 1` (0.32+), `Hook command "CMD" returned error code 1`. A command may span lines: `line` is
/// then its last one, and the hook goes unnamed.
std::optional<HookFailure> ParseHookFailure(std::string_view line);

/// "2 renew failure(s), 1 parse failure(s)" at the end of `line`.
std::optional<FailureCounts> ParseFailureCounts(std::string_view line);

/// The names in "PluginsRegistry(PluginEntryPoint#apache,PluginEntryPoint#manual)".
std::vector<std::string> ParsePlugins(std::string_view text);

}  // namespace certhealth
