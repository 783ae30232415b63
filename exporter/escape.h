// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace certhealth {

/// `text` as a JSON string with its quotes (RFC 8259). Ill-formed UTF-8 becomes U+FFFD; whatever
/// could end a line, steer a terminal, turn the direction of writing or hide (C0, DEL, C1, U+200B
/// to U+2069 but for the visible, U+FEFF) is written as \uXXXX. So the result is one line, also
/// where it serves as a quoted logfmt value.
std::string QuoteJson(std::string_view text);

/// `text` for a message on one line of a terminal: escaped like QuoteJson, but quotes and
/// backslashes stay as they are; at most `max_bytes`.
/// REQUIRES: max_bytes >= 3
std::string Printable(std::string_view text, std::size_t max_bytes = 80);

}  // namespace certhealth
