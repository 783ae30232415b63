// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/schedule/shell_text.h"

namespace certhealth {

using Environment =
    std::vector<std::pair<std::string, std::string>>;  // NAME -> value, the last wins

/// Fills variables into commands, within a budget for the whole text: a value of a few kilobytes
/// that stands in every word would otherwise make gigabytes. One text; not thread-safe.
class VariableFiller {
 public:
  /// `command` with `$NAME` and `${NAME}` replaced. A word that is nothing but a variable becomes
  /// as many words as its value has; one without a value stays, so that "$CERTBOT" still tells what
  /// it is.
  ShellCommand Fill(const ShellCommand& command, const Environment& environment);

 private:
  std::string FillInside(const std::string& word, const Environment& environment);
  const std::string* Look(std::string_view name, const Environment& environment);

  std::size_t lookups_left_ = 1024;
};

}  // namespace certhealth
