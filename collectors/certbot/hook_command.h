// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace certhealth {

/// The program that a hook's shell command starts, as far as it can be told without a shell: an
/// absolute path, or a bare name to be searched for. Nothing for shell built-ins, compound
/// commands, assignments and expansions, which only a shell could judge.
std::optional<std::string> ProgramOf(std::string_view command);

/// The first word as certbot's validate_hook splits it (str.split()): what --manual-auth-hook is
/// checked by.
std::string FirstWord(std::string_view command);

}  // namespace certhealth
