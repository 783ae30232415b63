// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/log_text.h"

#include <algorithm>

#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n') || byte == 0x7F;
}

bool IsPlain(char c) { return !IsControl(c) && static_cast<unsigned char>(c) < 0x80; }

}  // namespace

std::string CleanText(std::string_view text, std::size_t max_bytes) {
  static constexpr std::string_view kBlank = " \n\t\r";
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  text = text.substr(0, text.find_last_not_of(kBlank) + 1);
  if (text.size() <= max_bytes && std::ranges::all_of(text, IsPlain)) return std::string(text);
  // A few bytes too many, so that Shorten sees that there is more.
  const std::string valid = ToValidUtf8(text.substr(0, max_bytes + 4));
  std::string clean;
  for (std::size_t i = 0; i < valid.size(); ++i) {
    // U+0080 to U+009F are control characters too: C2 80 to C2 9F.
    const bool is_c1 = valid[i] == '\xC2' && static_cast<unsigned char>(valid[i + 1]) < 0xA0;
    if (is_c1) ++i;
    if (is_c1 || IsControl(valid[i])) {
      clean += kReplacement;
    } else {
      clean += valid[i];
    }
  }
  return Shorten(std::move(clean), max_bytes);
}

}  // namespace certhealth
