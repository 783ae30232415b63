// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace certhealth {

// Lines of the configuration file, whose syntax config_file.h describes. What is accepted here is
// what inih reads as it looks: it would cut a long line and read its tail as another one, cut
// sections at 49 bytes and values at " ;", take ':' for '=', ignore what follows a ']', and take an
// indented line for a continuation. None of that gets this far.

/// Takes one line off the front of `rest`, without its end (LF or CRLF).
/// REQUIRES: `rest` is not empty
std::string_view TakeLine(std::string_view& rest);

enum class ConfigLineKind { kNothing, kSection, kEntry };

/// What a line is. `kNothing`: blank or a comment. Pieces of the line that was parsed.
struct ConfigLine {
  ConfigLineKind kind = ConfigLineKind::kNothing;
  std::string mistake;    // empty, or what is wrong with the line, and what would be right
  std::string_view text;  // without the blanks around it
  std::string_view word;  // of a section: certbot in [certbot "main"]
  std::string_view name;  // of a section: main; empty when it has none
};

ConfigLine ParseConfigLine(std::string_view line);

}  // namespace certhealth
