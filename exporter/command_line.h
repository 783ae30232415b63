// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include "collectors/base/result.h"
#include "exporter/config.h"

namespace certhealth {

/// The answer to --help and --version: print `text` to standard output and exit 0.
struct PrintAndExit {
  std::string text;

  bool operator==(const PrintAndExit&) const = default;
};

/// What the command line asks for.
using CommandLine = std::variant<Config, PrintAndExit>;

/// Reads a command line, `argv[0]` the program's name. kBadText holds one line for standard error;
/// the exit code is then 3. Never exits by itself, and keeps nothing: each call stands alone.
/// Thread-safe. Flags are those of FlagTable and no others: what gflags brings of its own
/// (--flagfile, --fromenv, --undefok, ...) is unknown here.
Result<CommandLine> ParseCommandLine(int argc, const char* const* argv);

}  // namespace certhealth
