// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace certhealth {

/// The characters of `text`, one element each.
/// REQUIRES: IsValidUtf8(text)
std::u32string ToUtf32(std::string_view text);

/// REQUIRES: no surrogates, nothing above U+10FFFF
std::string ToUtf8(std::u32string_view text);

/// Whether Python takes `character` for white space (str.isspace and `\s`; CPython 3.11). This is
/// more than C's isspace: U+001C to U+001F, U+0085, U+00A0, U+2028 and others.
bool IsBlank(char32_t character);

/// `text` without the blanks at both ends, as Python's str.strip.
std::u32string_view Strip(std::u32string_view text);

}  // namespace certhealth
