// SPDX-License-Identifier: Apache-2.0
#include "exporter/config_line.h"

#include <algorithm>
#include <utility>

#include "collectors/base/utf8.h"
#include "exporter/escape.h"

namespace certhealth {
namespace {

// With its end it fits inih's buffer of 200 bytes.
constexpr std::size_t kMaxLineBytes = 190;
constexpr std::size_t kMaxNameBytes = 32;
constexpr std::string_view kBlanks = " \t";

std::string_view Trim(std::string_view text) {
  const std::size_t start = text.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlanks) - start + 1);
}

bool IsControl(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; }

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

bool HasCommentAtTheEnd(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if ((text[i] == '#' || text[i] == ';') && kBlanks.find(text[i - 1]) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

/// What no line may have, whatever it is; empty when it has none of it.
std::string FindMistake(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return "there is a NUL byte in the line";
  if (!IsValidUtf8(text)) return "the line is not UTF-8";
  if (text.empty() || text[0] == '#' || text[0] == ';') return "";
  if (std::any_of(text.begin(), text.end(), IsControl)) {
    return "there is a control character in '" + Printable(text, 40) + "'";
  }
  if (text.size() > kMaxLineBytes) {
    return "the line has " + std::to_string(text.size()) + " bytes, at most " +
           std::to_string(kMaxLineBytes) + " are read";
  }
  if (HasCommentAtTheEnd(text)) return "a comment needs a line of its own";
  return "";
}

/// `line` with its word and name, or its mistake.
ConfigLine WithSection(ConfigLine line) {
  if (!line.text.ends_with(']')) {
    line.mistake = "a section ends with ']', and nothing follows it";
    return line;
  }
  const std::string_view inside = Trim(line.text.substr(1, line.text.size() - 2));
  const std::size_t word_end = std::min(inside.find_first_of(" \t\""), inside.size());
  line.word = inside.substr(0, word_end);
  std::string_view name = Trim(inside.substr(word_end));
  if (name.empty()) return line;
  if (name.size() < 2 || !name.starts_with('"') || !name.ends_with('"')) {
    line.mistake = "a section's name goes in double quotes, as in [certbot \"main\"]";
    return line;
  }
  name = name.substr(1, name.size() - 2);
  if (name.empty() || name.size() > kMaxNameBytes ||
      !std::all_of(name.begin(), name.end(), IsNameCharacter)) {
    line.mistake =
        "a section's name has 1 to 32 letters, digits or . - _, not '" + Printable(name, 40) + "'";
    return line;
  }
  line.name = name;
  return line;
}

std::string FindMistakeInEntry(std::string_view text) {
  const std::size_t delimiter = text.find_first_of("=:");
  if (delimiter == std::string_view::npos) {
    return "'" + Printable(text, 40) + "' is no section, no 'key = value' and no comment";
  }
  if (text[delimiter] == ':') return "a key is followed by '=', not by ':'";
  if (delimiter == 0) return "there is no key before the '='";
  return "";
}

}  // namespace

std::string_view TakeLine(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

ConfigLine ParseConfigLine(std::string_view line) {
  ConfigLine parsed;
  parsed.text = Trim(line);
  parsed.mistake = FindMistake(parsed.text);
  if (parsed.text.empty() || parsed.text[0] == '#' || parsed.text[0] == ';') return parsed;
  parsed.kind = parsed.text[0] == '[' ? ConfigLineKind::kSection : ConfigLineKind::kEntry;
  if (!parsed.mistake.empty()) return parsed;
  if (parsed.kind == ConfigLineKind::kSection) return WithSection(std::move(parsed));
  parsed.mistake = FindMistakeInEntry(parsed.text);
  return parsed;
}

}  // namespace certhealth
