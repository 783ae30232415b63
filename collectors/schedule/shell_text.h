// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// One simple command: its words without their quotes, redirections left out.
using ShellCommand = std::vector<std::string>;

/// The simple commands of shell text in the order in which they are written, whatever joins them
/// (`;`,
/// `&&`, `|`, parentheses, keywords), command substitutions and the texts after `sh -c` included.
/// An approximation that is good enough to find a program and its arguments: nothing is expanded
/// but plain backslashes. At most 4096 commands; linear in the text but for texts inside texts,
/// which are followed three levels deep.
std::vector<ShellCommand> SplitShellText(std::string_view text);

/// The word that names the program: behind variables, keywords and wrappers such as `sudo` or
/// `nice -n 10`. The size of `command` when there is none.
std::size_t ProgramIndex(const ShellCommand& command);

}  // namespace certhealth
