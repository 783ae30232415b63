// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// A regular expression that answers as Python's `re` does (first alternative first, greedy or lazy
/// as written) but in time and memory linear in the text, whatever the text. For grammars that are
/// defined by a Python program's regular expressions. Immutable, thread-safe.
///
/// The dialect: literals, `.` (all but a line feed), `[...]`, `[^...]`, `\s`, `\S`, an escaped
/// literal, `(...)`, `(?:...)`, `|`, `*`, `+`, `?`, each of these with a `?` after it, `$` (the end
/// of the text only), and `(?<!c)` for one literal c.
class Pattern {
 public:
  /// What each group matched; [0] is the whole. A group that took no part is absent.
  using Groups = std::vector<std::optional<std::u32string_view>>;

  /// REQUIRES: `source` is of the dialect and ours: it is not checked, and it nests on the stack.
  explicit Pattern(std::string_view source);

  /// re.match: from the start of `text`, which outlives the answer.
  std::optional<Groups> Match(std::u32string_view text) const;

  /// re.findall for a pattern with one group: what the group matched, each time.
  /// REQUIRES: the pattern matches no empty text
  std::vector<std::u32string_view> FindAll(std::u32string_view text) const;

 private:
  friend class PatternCompiler;
  friend class PatternRun;

  enum class Operation { kCharacter, kSplit, kSave, kNotAfter, kAtEnd, kMatch };

  struct CharacterSet {
    std::u32string members;
    bool any = false;     // everything but a line feed
    bool blanks = false;  // \s is a member
    bool negated = false;

    bool Contains(char32_t character) const;
  };

  struct Instruction {
    Operation operation = Operation::kMatch;
    CharacterSet characters;    // kCharacter, kNotAfter
    std::ptrdiff_t first = 1;   // kSplit: where to go, relative to here
    std::ptrdiff_t second = 1;  // kSplit: where to go when `first` led nowhere
    std::size_t slot = 0;       // kSave: twice the group, plus one at its end
  };

  std::vector<Instruction> program_;
  std::size_t groups_ = 1;
};

}  // namespace certhealth
