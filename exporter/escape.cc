// SPDX-License-Identifier: Apache-2.0
#include "exporter/escape.h"

#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

struct Escaped {
  std::size_t bytes = 0;  // of the character at the start of the text; 0 when it stays as it is
  unsigned code_point = 0;
};

/// Characters of three bytes that end a line, turn the direction of writing, or do not show.
bool IsInvisible(unsigned code_point) {
  return (code_point >= 0x200B && code_point <= 0x200F) ||
         (code_point >= 0x2028 && code_point <= 0x202E) ||
         (code_point >= 0x2060 && code_point <= 0x2069) || code_point == 0xFEFF;
}

/// REQUIRES: valid UTF-8, not empty
Escaped FindUnprintable(std::string_view text) {
  const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (at(0) < 0x20 || at(0) == 0x7F) return {1, at(0)};
  if (at(0) == 0xC2 && at(1) < 0xA0) return {2, at(1)};  // C1: U+0080 to U+009F
  if ((at(0) & 0xF0U) == 0xE0) {
    const unsigned code_point = (at(0) & 0x0FU) << 12 | (at(1) & 0x3FU) << 6 | (at(2) & 0x3FU);
    if (IsInvisible(code_point)) return {3, code_point};
  }
  return {};
}

void AppendCodePoint(std::string& out, unsigned code_point) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[(code_point >> shift) & 0xFU];
}

enum class Quoting { kNone, kJson };

std::string Escape(std::string_view text, Quoting quoting) {
  const std::string valid = ToValidUtf8(text);
  std::string out;
  out.reserve(valid.size() + 2);
  std::string_view rest = valid;
  while (!rest.empty()) {
    const Escaped found = FindUnprintable(rest);
    if (found.bytes > 0) {
      if (rest[0] == '\n') {
        out += "\\n";
      } else if (rest[0] == '\t') {
        out += "\\t";
      } else {
        AppendCodePoint(out, found.code_point);
      }
      rest.remove_prefix(found.bytes);
      continue;
    }
    if (quoting == Quoting::kJson && (rest[0] == '"' || rest[0] == '\\')) out += '\\';
    out += rest[0];
    rest.remove_prefix(1);
  }
  return out;
}

}  // namespace

std::string QuoteJson(std::string_view text) { return '"' + Escape(text, Quoting::kJson) + '"'; }

std::string Printable(std::string_view text, std::size_t max_bytes) {
  // Cut first: what lies beyond cannot show, whatever its size.
  const std::string_view enough = text.substr(0, max_bytes + 1);
  return Shorten(Escape(enough, Quoting::kNone), max_bytes);
}

}  // namespace certhealth
