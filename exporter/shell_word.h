// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace certhealth {

/// `word` as one word of a shell command, as it is where nothing in it is special. With characters
/// that must not be shown (escape.h) it becomes $'...', which bash, zsh and ksh read back byte for
/// byte. Always printable.
std::string ShellQuote(std::string_view word);

}  // namespace certhealth
