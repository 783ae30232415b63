// SPDX-License-Identifier: Apache-2.0
#include "collectors/cli_ini.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxSettings = 4096;

// What Python's str.strip() and \s take for blank, as far as it is ASCII.
constexpr std::string_view kSpaces = " \t\n\r\f\v\x1c\x1d\x1e\x1f";

bool IsSpace(char letter) { return kSpaces.find(letter) != std::string_view::npos; }

std::string_view Strip(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

/// Whether only a comment, or nothing, follows at each position of a text without blanks at its
/// end: the regular expression's `\s*(\s[;#].*)?$`.
std::vector<bool> FindTails(std::string_view text) {
  std::vector<bool> tails(text.size() + 1);
  tails[text.size()] = true;
  for (std::size_t i = text.size(); i-- > 0;) {
    if (!IsSpace(text[i])) continue;
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    tails[i] = tails[i + 1] || next == ';' || next == '#';
  }
  return tails;
}

/// The value at the start of `text`, which begins with no blank, without its quotes and its
/// comment. The parser's expression is `(['"]?)(.+?)?\1` and then a tail: the shortest value that
/// leaves one.
std::string_view TakeValue(std::string_view text) {
  if (text.empty()) return {};
  const std::vector<bool> tails = FindTails(text);
  if (const char quote = text.front(); quote == '"' || quote == '\'') {
    for (std::size_t end = 2; end < text.size(); ++end) {
      if (text[end] == quote && tails[end + 1]) return text.substr(1, end - 1);
    }
    if (text.size() >= 2 && text[1] == quote && tails[2]) return {};
  }
  std::size_t end = 1;
  while (!tails[end]) ++end;
  return text.substr(0, end);
}

void AppendUtf8(std::uint32_t code, std::string& text) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xE0 | (code >> 12));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

/// A JSON list of strings, numbers and words; nullopt for any other text. The list has its
/// brackets.
std::optional<std::vector<std::string>> ParseJsonList(std::string_view list) {
  std::vector<std::string> values;
  std::string_view rest = list.substr(1);
  const auto skip = [&rest] {
    while (!rest.empty() && IsSpace(rest.front())) rest.remove_prefix(1);
  };
  skip();
  if (rest == "]") return values;
  while (true) {
    skip();
    std::string value;
    if (rest.starts_with('"')) {
      rest.remove_prefix(1);
      while (!rest.empty() && rest.front() != '"') {
        if (rest.front() != '\\') {
          value += rest.front();
          rest.remove_prefix(1);
          continue;
        }
        static constexpr std::string_view kEscapes = "\"\\/bfnrt";
        static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        if (rest.size() < 2) return std::nullopt;
        const std::size_t escape = kEscapes.find(rest[1]);
        if (escape != std::string_view::npos) {
          value += kMeanings[escape];
          rest.remove_prefix(2);
          continue;
        }
        if (rest[1] != 'u' || rest.size() < 6) return std::nullopt;
        std::uint32_t code = 0;
        for (const char digit : rest.substr(2, 4)) {
          const std::size_t nibble = std::string_view("0123456789abcdefABCDEF").find(digit);
          if (nibble == std::string_view::npos) return std::nullopt;
          code = code * 16 + static_cast<std::uint32_t>(nibble < 16 ? nibble : nibble - 6);
        }
        AppendUtf8(code, value);
        rest.remove_prefix(6);
      }
      if (rest.empty()) return std::nullopt;
      rest.remove_prefix(1);
    } else {
      const std::string_view scalar = Strip(rest.substr(0, rest.find_first_of(",]")));
      const bool is_scalar = scalar == "true" || scalar == "false" || scalar == "null" ||
                             (!scalar.empty() && scalar.find_first_not_of("0123456789+-.eE") ==
                                                     std::string_view::npos);
      if (!is_scalar) return std::nullopt;
      value = scalar;
      rest.remove_prefix(static_cast<std::size_t>(scalar.data() - rest.data()) + scalar.size());
    }
    values.push_back(std::move(value));
    skip();
    if (rest == "]") return values;
    if (!rest.starts_with(',')) return std::nullopt;
    rest.remove_prefix(1);
  }
}

std::vector<std::string> ParseList(std::string_view list) {
  if (auto parsed = ParseJsonList(list)) {
    for (std::string& value : *parsed) value = ToValidUtf8(value);  // "\ud800" names no character
    return std::move(*parsed);
  }
  std::vector<std::string> values;
  std::string_view rest = list.substr(1, list.size() - 2);
  while (true) {
    const std::size_t comma = rest.find(',');
    values.emplace_back(Strip(rest.substr(0, comma)));
    if (comma == std::string_view::npos) return values;
    rest.remove_prefix(comma + 1);
  }
}

/// One line that is no comment; nullopt where the parser gives up.
std::optional<CliIniSetting> ParseLine(std::string_view line) {
  const std::size_t key_end =
      std::min(line.find_first_of(std::string(kSpaces) + ":=;#"), line.size());
  if (key_end == 0) return std::nullopt;
  std::string_view key = line.substr(0, key_end);
  std::string_view rest = line.substr(key_end);
  const bool has_blank = !rest.empty() && IsSpace(rest.front());
  rest = Strip(rest);

  std::string_view value = "true";  // a flag alone
  if (rest.starts_with(':') || rest.starts_with('=')) {
    value = TakeValue(Strip(rest.substr(1)));
  } else if (!rest.empty()) {
    if (!has_blank) return std::nullopt;  // "key#..."
    value = TakeValue(rest);
    // An empty pair of quotes is a flag behind a space, and an empty value behind a tab.
    const char separator = *(rest.data() - 1);
    if (value.empty() && separator == ' ') value = "true";
  }
  while (key.starts_with('-')) key.remove_prefix(1);
  CliIniSetting setting;
  setting.key = key;
  setting.is_list = value.size() >= 2 && value.front() == '[' && value.back() == ']';
  if (setting.is_list) {
    setting.values = ParseList(value);
  } else {
    setting.values.emplace_back(value);
  }
  return setting;
}

/// Python reads "\r" and "\r\n" as the end of a line as well.
std::string WithPlainLineEnds(const std::string& text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    plain += text[i] == '\r' ? '\n' : text[i];
  }
  return plain;
}

}  // namespace

const CliIniSetting* CliIni::Find(std::string_view key) const {
  const auto found =
      std::ranges::find(settings.rbegin(), settings.rend(), key, &CliIniSetting::key);
  return found == settings.rend() ? nullptr : &*found;
}

std::optional<std::string> CliIni::Value(std::string_view key) const {
  const CliIniSetting* setting = Find(key);
  if (setting == nullptr || setting->is_list) return std::nullopt;
  return setting->values.front();
}

Result<CliIni> ParseCliIni(std::string_view text) {
  const std::string valid = WithPlainLineEnds(ToValidUtf8(text));
  CliIni ini;
  std::size_t number = 0;
  for (std::string_view rest = valid; !rest.empty();) {
    ++number;
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = Strip(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.front() == '#' || line.front() == ';' || line.front() == '[' ||
        line.starts_with("---")) {
      continue;
    }
    std::optional<CliIniSetting> setting = ParseLine(line);
    if (!setting) {
      return Failure{Reason::kBadText, "line " + std::to_string(number) + ": '" +
                                           Shorten(std::string(line), 200) + "' is no option"};
    }
    if (ini.settings.size() == kMaxSettings) {
      return Failure{Reason::kBadText, "line " + std::to_string(number) + ": too many options"};
    }
    setting->line = number;
    ini.settings.push_back(std::move(*setting));
  }
  return ini;
}

}  // namespace certhealth
