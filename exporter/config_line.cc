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

Failure Bad(std::string detail) { return {Reason::kBadText, std::move(detail)}; }

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

Result<ConfigLine> ParseSection(std::string_view text) {
  if (!text.ends_with(']')) return Bad("a section ends with ']', and nothing follows it");
  const std::string_view inside = Trim(text.substr(1, text.size() - 2));
  ConfigLine line{ConfigLineKind::kSection, text, inside, {}};
  const std::size_t word_end = inside.find_first_of(" \t\"");
  if (word_end == std::string_view::npos) return line;
  line.word = inside.substr(0, word_end);
  std::string_view name = Trim(inside.substr(word_end));
  if (name.size() < 2 || !name.starts_with('"') || !name.ends_with('"')) {
    return Bad("a section's name goes in double quotes, as in [certbot \"main\"]");
  }
  name = name.substr(1, name.size() - 2);
  if (name.empty() || name.size() > kMaxNameBytes ||
      !std::all_of(name.begin(), name.end(), IsNameCharacter)) {
    return Bad("a section's name has 1 to 32 letters, digits or . - _, not '" +
               Printable(name, 40) + "'");
  }
  line.name = name;
  return line;
}

Result<ConfigLine> ParseEntry(std::string_view text) {
  const std::size_t delimiter = text.find_first_of("=:");
  if (delimiter == std::string_view::npos) {
    return Bad("'" + Printable(text, 40) + "' is no section, no 'key = value' and no comment");
  }
  if (text[delimiter] == ':') return Bad("a key is followed by '=', not by ':'");
  if (Trim(text.substr(0, delimiter)).empty()) return Bad("there is no key before the '='");
  return ConfigLine{ConfigLineKind::kEntry, text, {}, {}};
}

}  // namespace

std::string_view TakeLine(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Result<ConfigLine> ParseConfigLine(std::string_view line) {
  if (line.find('\0') != std::string_view::npos) return Bad("there is a NUL byte in the line");
  if (!IsValidUtf8(line)) return Bad("the line is not UTF-8");
  const std::string_view text = Trim(line);
  if (text.empty() || text[0] == '#' || text[0] == ';') return ConfigLine{};
  if (std::any_of(text.begin(), text.end(), IsControl)) {
    return Bad("there is a control character in '" + Printable(text, 40) + "'");
  }
  if (text.size() > kMaxLineBytes) {
    return Bad("the line has " + std::to_string(text.size()) + " bytes, at most " +
               std::to_string(kMaxLineBytes) + " are read");
  }
  if (HasCommentAtTheEnd(text)) return Bad("a comment needs a line of its own");
  return text[0] == '[' ? ParseSection(text) : ParseEntry(text);
}

}  // namespace certhealth
