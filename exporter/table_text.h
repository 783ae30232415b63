// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "exporter/problem.h"

namespace certhealth {

/// Whether text for a terminal carries ANSI escape sequences (ECMA-48, SGR).
enum class TableColour { kNone, kAnsi };

enum class TextStyle { kPlain, kCritical, kWarning, kHealthy, kStrong, kCommand, kQuiet };

TextStyle StyleOf(Severity worst);

/// "CRITICAL", "WARNING", or "ok" where nothing is worse than a note.
std::string_view StatusOf(Severity worst);

/// A run of text in one style.
struct StyledText {
  std::string text;
  TextStyle style = TextStyle::kPlain;
  enum class Break { kAtSpaces, kNever } line_break = Break::kAtSpaces;
};

/// How many columns `text` takes, to a close guess: one a character.
/// REQUIRES: valid UTF-8
std::size_t DisplayWidth(std::string_view text);

/// `text` in `style`; only the text itself without colour.
std::string Paint(std::string_view text, TextStyle style, TableColour colour);

/// Where lines begin and end.
struct LineShape {
  std::size_t indent = 0;  // of every line after the first, and where the first one stands already
  std::size_t width = 0;   // columns; 0 for no limit
};

/// `pieces`, one after the other, broken between words into lines of at most `shape.width` columns,
/// without a line feed at the end. A word or an unbreakable piece longer than a line keeps a line
/// of its own, so that it can be copied whole. Linear in the text.
std::string WrapLines(std::span<const StyledText> pieces, const LineShape& shape,
                      TableColour colour);

}  // namespace certhealth
