// SPDX-License-Identifier: Apache-2.0
#include "collectors/base/utf32.h"

#include <cstddef>

namespace certhealth {
namespace {

char32_t Continue(char32_t so_far, char byte) {
  return (so_far << 6U) | (static_cast<unsigned char>(byte) & 0x3FU);
}

}  // namespace

std::u32string ToUtf32(std::string_view text) {
  std::u32string characters;
  characters.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    std::size_t more = 0;
    char32_t character = lead;
    if (lead >= 0xF0) {
      more = 3;
      character = lead & 0x07U;
    } else if (lead >= 0xE0) {
      more = 2;
      character = lead & 0x0FU;
    } else if (lead >= 0xC0) {
      more = 1;
      character = lead & 0x1FU;
    }
    for (; more > 0 && i < text.size(); --more) character = Continue(character, text[i++]);
    characters.push_back(character);
  }
  return characters;
}

std::string ToUtf8(std::u32string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  const auto add = [&bytes](char32_t byte) { bytes.push_back(static_cast<char>(byte)); };
  for (const char32_t c : text) {
    if (c < 0x80) {
      add(c);
      continue;
    }
    if (c < 0x800) {
      add(0xC0U | (c >> 6U));
    } else {
      if (c < 0x10000) {
        add(0xE0U | (c >> 12U));
      } else {
        add(0xF0U | (c >> 18U));
        add(0x80U | ((c >> 12U) & 0x3FU));
      }
      add(0x80U | ((c >> 6U) & 0x3FU));
    }
    add(0x80U | (c & 0x3FU));
  }
  return bytes;
}

bool IsBlank(char32_t character) {
  if (character <= 0x20) {
    return character == 0x20 || (character >= 0x09 && character <= 0x0D) || character >= 0x1C;
  }
  return character == 0x85 || character == 0xA0 || character == 0x1680 ||
         (character >= 0x2000 && character <= 0x200A) || character == 0x2028 ||
         character == 0x2029 || character == 0x202F || character == 0x205F || character == 0x3000;
}

std::u32string_view Strip(std::u32string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace certhealth
