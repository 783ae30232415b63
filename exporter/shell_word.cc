// SPDX-License-Identifier: Apache-2.0
#include "exporter/shell_word.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "exporter/escape.h"

namespace certhealth {
namespace {

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_./:@%+,").find(c) != std::string_view::npos;
}

bool IsPrintable(std::string_view word) { return Printable(word, word.size() + 3) == word; }

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
    if (IsPlain(c) || c == ' ') {
      quoted += c;
      continue;
    }
    // Octal, because it ends after three digits, whatever follows.
    std::array<char, 8> octal{};
    std::snprintf(octal.data(), octal.size(), "\\%03o", unsigned{static_cast<unsigned char>(c)});
    quoted += octal.data();
  }
  return quoted + "'";
}

}  // namespace

std::string ShellQuote(std::string_view word) {
  if (!word.empty() && std::ranges::all_of(word, IsPlain)) return std::string(word);
  return IsPrintable(word) ? SingleQuoted(word) : AnsiCQuoted(word);
}

}  // namespace certhealth
