// SPDX-License-Identifier: Apache-2.0
#include "exporter/display_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

struct CodePointRange {
  char32_t first;
  char32_t last;
};

/// Unicode's categories Cc, Zl and Zp, and what is default-ignorable of Cf: it acts, and is not
/// seen.
constexpr auto kUnseen = std::to_array<CodePointRange>({{0x00, 0x1F},
                                                        {0x7F, 0x9F},
                                                        {0xAD, 0xAD},
                                                        {0x61C, 0x61C},
                                                        {0x115F, 0x1160},
                                                        {0x17B4, 0x17B5},
                                                        {0x180B, 0x180F},
                                                        {0x200B, 0x200F},
                                                        {0x2028, 0x202E},
                                                        {0x2060, 0x206F},
                                                        {0x3164, 0x3164},
                                                        {0xFE00, 0xFE0F},
                                                        {0xFEFF, 0xFEFF},
                                                        {0xFFA0, 0xFFA0},
                                                        {0xFFF0, 0xFFFB},
                                                        {0x1D173, 0x1D17A},
                                                        {0xE0000, 0xE0FFF}});

bool IsUnseen(char32_t code_point) {
  return std::ranges::any_of(kUnseen, [code_point](const CodePointRange& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// The bytes of the character at the start of `text`, which is valid UTF-8 and not empty.
std::string_view FirstCharacter(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && IsContinuation(text[length])) ++length;
  return text.substr(0, length);
}

char32_t CodePoint(std::string_view character) {
  constexpr std::array<std::uint32_t, 5> kLeadBits = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t code_point = static_cast<unsigned char>(character[0]) & kLeadBits[character.size()];
  for (const char byte : character.substr(1)) {
    code_point = (code_point << 6U) | (static_cast<unsigned char>(byte) & 0x3FU);
  }
  return code_point;
}

std::string Escape(char32_t code_point) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), code_point < 0x80 ? "\\x%02x" : "\\u%04x",
                static_cast<unsigned>(code_point));
  return text.data();
}

bool IsPlainInShell(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_./:@%+,").find(c) != std::string_view::npos;
}

std::string SingleQuoted(std::string_view word) {
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string AnsiCQuoted(std::string_view word) {
  std::string quoted = "$'";
  for (const char c : word) {
    if (IsPlainInShell(c) || c == ' ') {
      quoted += c;
      continue;
    }
    // Octal, because it ends after three digits, whatever follows.
    std::array<char, 8> octal{};
    std::snprintf(octal.data(), octal.size(), "\\%03o", static_cast<unsigned char>(c));
    quoted += octal.data();
  }
  return quoted + "'";
}

}  // namespace

std::string ToDisplayText(std::string_view text) {
  const std::string valid = ToValidUtf8(text);
  std::string shown;
  shown.reserve(valid.size());
  for (std::string_view rest = valid; !rest.empty();) {
    const std::string_view character = FirstCharacter(rest);
    const char32_t code_point = CodePoint(character);
    if (IsUnseen(code_point)) {
      shown += Escape(code_point);
    } else {
      shown += character;
    }
    rest.remove_prefix(character.size());
  }
  return shown;
}

std::size_t DisplayWidth(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, IsContinuation));
}

std::string ShellQuote(std::string_view word) {
  if (!word.empty() && std::ranges::all_of(word, IsPlainInShell)) return std::string(word);
  return ToDisplayText(word) == word ? SingleQuoted(word) : AnsiCQuoted(word);
}

}  // namespace certhealth
