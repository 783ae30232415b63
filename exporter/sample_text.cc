// SPDX-License-Identifier: Apache-2.0
#include "exporter/sample_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "collectors/base/utf8.h"

namespace certhealth {

namespace {

bool IsPlain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

void AppendEscaped(std::string& text, std::string_view value) {
  // As nearly all of them are.
  if (std::ranges::all_of(value, IsPlain)) {
    text.append(value);
    return;
  }
  for (const char c : ToValidUtf8(value)) {
    switch (c) {
      case '\\':
        text += "\\\\";
        break;
      case '"':
        text += "\\\"";
        break;
      case '\n':
        text += "\\n";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          text += "\xEF\xBF\xBD";
        } else {
          text += c;
        }
    }
  }
}

}  // namespace

std::string EscapeLabelValue(std::string_view value) {
  std::string escaped;
  escaped.reserve(value.size());
  AppendEscaped(escaped, value);
  return escaped;
}

void SampleText::Add(std::string_view labels, std::initializer_list<ExtraLabel> extra,
                     double value) {
  text_.append(family_);
  if (!labels.empty() || extra.size() > 0) {
    text_.push_back('{');
    text_.append(labels);
    bool first = labels.empty();
    for (const auto& [name, label_value] : extra) {
      if (!first) text_.push_back(',');
      first = false;
      text_.append(name).append("=\"");
      AppendEscaped(text_, label_value);
      text_.push_back('"');
    }
    text_.push_back('}');
  }
  text_.push_back(' ');
  AppendValue(value);
  text_.push_back('\n');
}

void SampleText::AppendValue(double value) {
  std::array<char, 64> digits;
  // Whole numbers, and timestamps are, stay whole; six decimals are a tenth of a second in days.
  constexpr double kWide = 1e15;
  char* const begin = digits.data();
  char* const room = begin + digits.size();
  if (!(std::abs(value) < kWide)) {
    text_.append(begin, std::to_chars(begin, room, value).ptr);
  } else if (value == std::trunc(value)) {
    text_.append(begin, std::to_chars(begin, room, static_cast<std::int64_t>(value)).ptr);
  } else {
    text_.append(begin, std::to_chars(begin, room, value, std::chars_format::fixed, 6).ptr);
  }
}

}  // namespace certhealth
