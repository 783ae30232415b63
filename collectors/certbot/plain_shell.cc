// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/plain_shell.h"

#include <algorithm>

namespace certhealth {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// What is itself for every shell, wherever in a word it stands.
bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) ||
         std::string_view("_-./:,+@%=").find(c) != std::string_view::npos;
}

/// Single quotes keep everything, double ones all but the three; lines and control characters are
/// left to the shells.
bool IsPlainWithin(char quote, char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f &&
         (quote == '\'' || std::string_view("$`\\").find(c) == std::string_view::npos);
}

}  // namespace

std::optional<PlainCommand> PlainShell::Next() {
  PlainCommand command;
  command.is_joined = is_joined_;
  bool is_redirected = false;
  while (!has_failed_) {
    SkipBlanks();
    if (rest_.empty() || rest_.front() == '\n') {
      const bool is_end = rest_.empty();
      if (!is_end) rest_.remove_prefix(1);
      if (!command.words.empty()) {
        is_joined_ = false;
        return command;
      }
      // A redirection alone, or nothing behind &&.
      if (is_redirected || (is_end && is_joined_)) return Fail();
      if (is_end) return std::nullopt;
    } else if (rest_.front() == '#') {
      if (!SkipComment()) return Fail();
    } else if (const bool joins = rest_.starts_with("&&") || rest_.starts_with("||");
               joins || rest_.front() == ';') {
      if (command.words.empty()) return Fail();
      rest_.remove_prefix(joins ? 2 : 1);
      is_joined_ = joins;
      command.is_joined = command.is_joined || joins;
      return command;
    } else if (rest_.front() == '>') {
      is_redirected = true;
      if (!SkipRedirection()) return Fail();
    } else if (rest_.front() == '&' || rest_.front() == '|') {
      return Fail();
    } else {
      const char* begin = rest_.data();
      std::optional<std::string> word = ReadWord();
      if (!word) return Fail();
      // "2>": the number of a stream.
      const bool is_number = rest_.starts_with('>') && rest_.data() == begin + 1 && IsDigit(*begin);
      if (!is_number) command.words.push_back(*std::move(word));
    }
  }
  return std::nullopt;
}

std::optional<PlainCommand> PlainShell::Fail() {
  has_failed_ = true;
  return std::nullopt;
}

void PlainShell::SkipBlanks() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
}

/// Shells do not continue a comment behind a backslash; whoever wrote one may think otherwise.
bool PlainShell::SkipComment() {
  const std::string_view comment = rest_.substr(0, rest_.find('\n'));
  rest_.remove_prefix(comment.size());
  return !comment.ends_with('\\');
}

/// Nothing where what is not plain stands in it.
std::optional<std::string> PlainShell::ReadWord() {
  std::string word;
  while (!rest_.empty()) {
    const char c = rest_.front();
    if (std::string_view(" \t\n;&|>").find(c) != std::string_view::npos) return word;
    rest_.remove_prefix(1);
    if (c != '\'' && c != '"') {
      if (!IsPlain(c)) return std::nullopt;
      word.push_back(c);
      continue;
    }
    const std::size_t length = rest_.find(c);
    if (length == std::string_view::npos) return std::nullopt;
    const std::string_view quoted = rest_.substr(0, length);
    if (!std::ranges::all_of(quoted, [c](char one) { return IsPlainWithin(c, one); }))
      return std::nullopt;
    word.append(quoted);
    rest_.remove_prefix(length + 1);
  }
  return word;
}

/// Of those that write nowhere: ">/dev/null", ">> /dev/null", ">&2".
bool PlainShell::SkipRedirection() {
  rest_.remove_prefix(rest_.starts_with(">>") ? 2 : 1);
  const bool is_stream = rest_.starts_with('&');
  if (is_stream) {
    rest_.remove_prefix(1);
  } else {
    SkipBlanks();
  }
  const std::optional<std::string> target = ReadWord();
  return is_stream ? target == "1" || target == "2" : target == "/dev/null";
}

}  // namespace certhealth
