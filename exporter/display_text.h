// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace certhealth {

/// `text` as it may be shown to a person: valid UTF-8 without anything that acts instead of being
/// seen. Control characters (which drive terminals), and those that turn the direction of writing
/// or have no width (which make a name look like another), come out as "\x1b" or "\u202e". Neither
/// HTML nor a shell is thought of here.
std::string ToDisplayText(std::string_view text);

/// How many columns `text` takes in a terminal, to a close guess: one a character.
/// REQUIRES: valid UTF-8
std::size_t DisplayWidth(std::string_view text);

/// `word` as one word of a POSIX shell command, as it is where nothing in it is special. Where it
/// has characters that must not be shown it becomes $'...', which bash, zsh and ksh read back byte
/// for byte.
std::string ShellQuote(std::string_view word);

}  // namespace certhealth
