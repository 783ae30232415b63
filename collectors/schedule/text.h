// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// The blanks that separate words in units, cron tables and shell text.
inline constexpr std::string_view kBlanks = " \t\r\n\f\v";

/// `text` without blanks at either end.
std::string_view Trim(std::string_view text);

/// The lines of `text`, without their ends; a last line without one counts too.
std::vector<std::string_view> SplitLines(std::string_view text);

/// `text` cut at every `separator`; always at least one piece, empty pieces kept.
std::vector<std::string_view> Split(std::string_view text, char separator);

/// Takes the first word off the front of `text`, with the blanks before it. Empty at the end.
std::string_view TakeWord(std::string_view& text);

/// A decimal number of at most nine digits and nothing else.
std::optional<std::uint32_t> ParseDecimal(std::string_view digits);

/// ASCII letters in lower case, everything else as it is.
std::string ToLower(std::string_view text);

/// What follows the last slash.
std::string_view BaseName(std::string_view path);

/// Whether the name or text speaks of certbot, under its present or its first name.
bool MentionsCertbot(std::string_view text);

}  // namespace certhealth
