// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// A command of plain words, at least one, without their quotes. Redirections to /dev/null and
/// between the standard streams are left out.
struct PlainCommand {
  std::vector<std::string> words{};
  /// By && or || to what is before or behind it: it may not be run, or by a shell in the
  /// background.
  bool is_joined = false;
};

/// Reads shell text command by command, as long as there is nothing in it but plain ones with
/// newlines, `;`, `&&` and `||` between them, comments and blank lines. Whatever else a shell knows
/// (expansions, pipes, functions, backslashes, other redirections) ends the reading: unlike
/// SplitShellText, which finds what may be run, this says what is run at the most, for certain.
/// Keywords are no concern of it: `if` is told as the program of a command. Linear in the text,
/// which outlives this.
class PlainShell {
 public:
  explicit PlainShell(std::string_view text) : rest_(text) {}

  /// The next command; nullopt at the end, and before what is not plain.
  std::optional<PlainCommand> Next();

  /// Whether Next has met something that is not plain.
  bool has_failed() const { return has_failed_; }

 private:
  std::optional<PlainCommand> Fail();
  void SkipBlanks();
  bool SkipComment();
  std::optional<std::string> ReadWord();
  bool SkipRedirection();

  std::string_view rest_;
  bool is_joined_ = false;  // what comes next, to what was before
  bool has_failed_ = false;
};

}  // namespace certhealth
