// SPDX-License-Identifier: Apache-2.0
#include "exporter/table_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace certhealth {
namespace {

std::string_view SgrOf(TextStyle style) {
  switch (style) {
    case TextStyle::kPlain:
      return {};
    case TextStyle::kCritical:
      return "\x1b[1;31m";
    case TextStyle::kWarning:
      return "\x1b[1;33m";
    case TextStyle::kHealthy:
      return "\x1b[32m";
    case TextStyle::kStrong:
      return "\x1b[1m";
    case TextStyle::kCommand:
      return "\x1b[36m";
    case TextStyle::kQuiet:
      return "\x1b[2m";
  }
  return {};
}

/// What no line break may fall into: a word of prose, or a whole command, with what sticks to it.
struct Chunk {
  std::vector<StyledText> parts;
  std::size_t width = 0;

  void Add(std::string_view text, TextStyle style) {
    if (text.empty()) return;
    parts.push_back({std::string(text), style});
    width += DisplayWidth(text);
  }
};

std::vector<Chunk> Chunks(std::span<const StyledText> pieces) {
  std::vector<Chunk> chunks(1);
  for (const StyledText& piece : pieces) {
    if (piece.line_break == StyledText::Break::kNever) {
      chunks.back().Add(piece.text, piece.style);
      continue;
    }
    std::string_view rest = piece.text;
    for (;;) {
      const std::size_t space = rest.find(' ');
      chunks.back().Add(rest.substr(0, space), piece.style);
      if (space == std::string_view::npos) break;
      if (!chunks.back().parts.empty()) chunks.emplace_back();
      rest.remove_prefix(space + 1);
    }
  }
  if (chunks.back().parts.empty()) chunks.pop_back();
  return chunks;
}

}  // namespace

std::size_t DisplayWidth(std::string_view text) {
  const auto continuations = std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; });
  return text.size() - static_cast<std::size_t>(continuations);
}

TextStyle StyleOf(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return TextStyle::kCritical;
    case Severity::kWarning:
      return TextStyle::kWarning;
    case Severity::kInfo:
      break;
  }
  return TextStyle::kHealthy;
}

std::string_view StatusOf(Severity worst) {
  switch (worst) {
    case Severity::kCritical:
      return "CRITICAL";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kInfo:
      break;
  }
  return "ok";
}

std::string Paint(std::string_view text, TextStyle style, TableColour colour) {
  const std::string_view sgr = SgrOf(style);
  if (colour == TableColour::kNone || sgr.empty()) return std::string(text);
  return std::string(sgr).append(text).append("\x1b[0m");
}

std::string WrapLines(std::span<const StyledText> pieces, const LineShape& shape,
                      TableColour colour) {
  std::string lines;
  std::size_t column = shape.indent;
  bool at_start = true;
  for (const Chunk& chunk : Chunks(pieces)) {
    if (!at_start && shape.width > 0 && column + 1 + chunk.width > shape.width) {
      lines += "\n" + std::string(shape.indent, ' ');
      column = shape.indent;
    } else if (!at_start) {
      lines += ' ';
      ++column;
    }
    for (const StyledText& part : chunk.parts) lines += Paint(part.text, part.style, colour);
    column += chunk.width;
    at_start = false;
  }
  return lines;
}

}  // namespace certhealth
