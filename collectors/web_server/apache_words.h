// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// `text` without blanks around it.
std::string_view StripBlanks(std::string_view text);

/// Takes the first word of `rest` as ap_getword_conf does, without its quotes; empty at the end.
std::string TakeApacheWord(std::string_view& rest);

/// All words of a line.
std::vector<std::string> ApacheWords(std::string_view line);

}  // namespace certhealth
