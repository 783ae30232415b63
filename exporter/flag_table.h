// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "exporter/config.h"
#include "exporter/flag_spelling.h"

namespace certhealth {

/// Which commands a flag is for.
enum class FlagScope {
  kAny,    // serve and check, which look
  kCheck,  // check alone
  kHook,   // every command, hook too
};

/// One flag: everything that is known of it. A new flag is one row of the table.
struct Flag {
  FlagShape shape;
  FlagScope scope = FlagScope::kAny;
  std::string_view group;        // heading in --help; flags of a group lie together
  std::string_view placeholder;  // of the value in --help; empty for a switch
  std::string_view fallback;     // the default as one would type it; empty: none
  std::string_view help;         // one sentence, no full stop
  /// Writes `value` into `config`; the failure says what is wrong with the value, on one line. A
  /// switch gets "true" or "false". Null for --help and --version, which configure nothing.
  std::optional<Failure> (*apply)(Config& config, std::string_view value) = nullptr;
};

/// All flags, in the order of --help.
std::span<const Flag> FlagTable();

}  // namespace certhealth
