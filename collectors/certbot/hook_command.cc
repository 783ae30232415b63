// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/hook_command.h"

#include <algorithm>
#include <array>

namespace certhealth {
namespace {

constexpr std::string_view kBlanks = " \t\n\r\f\v";

// dash's and bash's built-ins and reserved words that a hook may well begin with.
constexpr std::array<std::string_view, 36> kShellWords = {
    ".",    ":",    "[",      "alias", "bg",     "cd",    "case",  "command", "do",
    "echo", "eval", "exec",   "exit",  "export", "false", "fi",    "for",     "function",
    "if",   "kill", "printf", "pwd",   "read",   "set",   "shift", "source",  "test",
    "then", "time", "trap",   "true",  "umask",  "unset", "until", "wait",    "while"};

}  // namespace

std::string FirstWord(std::string_view command) {
  const std::size_t begin = command.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return std::string(command.substr(begin, command.find_first_of(kBlanks, begin) - begin));
}

std::optional<std::string> ProgramOf(std::string_view command) {
  const std::string word = FirstWord(command);
  if (word.empty()) return std::nullopt;
  // Anything a shell would treat specially inside the word makes it a matter for a shell.
  if (word.find_first_of("'\"\\$`;&|<>(){}*?[]~=#!") != std::string::npos) return std::nullopt;
  if (std::ranges::find(kShellWords, word) != kShellWords.end()) return std::nullopt;
  // A relative path depends on a working directory that nobody knows.
  if (word.find('/') != std::string::npos && word.front() != '/') return std::nullopt;
  return word;
}

}  // namespace certhealth
