// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace certhealth {

/// `text`, which a stranger may have written, as it may be shown: at most `max_bytes` of valid
/// UTF-8 (what is cut off leaves "..."), control characters but newlines replaced by U+FFFD, no
/// white space around it. REQUIRES: max_bytes >= 3
std::string CleanText(std::string_view text, std::size_t max_bytes);

}  // namespace certhealth
