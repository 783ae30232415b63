// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace certhealth {

/// Whether `text` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above
/// U+10FFFF).
bool IsValidUtf8(std::string_view text);

/// Length in bytes of the well-formed character at the start of `text`, 0 when there is none.
/// REQUIRES: !text.empty()
std::size_t CharacterLength(std::string_view text);

/// `text` with every ill-formed byte replaced by U+FFFD. What is valid comes back unchanged.
std::string ToValidUtf8(std::string_view text);

/// At most `max_bytes` of `text`, cut between characters, "..." in the place of what is gone.
/// REQUIRES: valid UTF-8, max_bytes >= 3
std::string Shorten(std::string text, std::size_t max_bytes);

}  // namespace certhealth
