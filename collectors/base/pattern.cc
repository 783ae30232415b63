// SPDX-License-Identifier: Apache-2.0
#include "collectors/base/pattern.h"

#include <cassert>
#include <utility>

#include "collectors/base/utf32.h"

namespace certhealth {
namespace {

constexpr std::size_t kUnset = static_cast<std::size_t>(-1);

}  // namespace

bool Pattern::CharacterSet::Contains(char32_t character) const {
  if (any) return character != U'\n';
  const bool member =
      members.find(character) != std::u32string::npos || (blanks && IsBlank(character));
  return member != negated;
}

/// Recursive descent over the source; jumps are relative, so that fragments can be put together.
class PatternCompiler {
 public:
  using Fragment = std::vector<Pattern::Instruction>;
  using Operation = Pattern::Operation;

  explicit PatternCompiler(std::string_view source) : rest_(source) {}

  Fragment Whole() {
    Fragment program = Group(Alternatives());
    program.push_back({});
    assert(rest_.empty());
    return program;
  }
  std::size_t groups() const { return groups_; }

 private:
  static Pattern::Instruction Split(std::size_t first, std::ptrdiff_t second) {
    Pattern::Instruction split;
    split.operation = Operation::kSplit;
    split.first = static_cast<std::ptrdiff_t>(first);
    split.second = second;
    return split;
  }

  static Pattern::Instruction Jump(std::ptrdiff_t distance) {
    Pattern::Instruction jump = Split(0, distance);
    jump.first = distance;
    return jump;
  }

  static void Append(Fragment& to, Fragment from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  }

  static Fragment Group(Fragment inner, std::size_t group = 0) {
    Pattern::Instruction save;
    save.operation = Operation::kSave;
    save.slot = 2 * group;
    Fragment fragment{save};
    Append(fragment, std::move(inner));
    save.slot += 1;
    fragment.push_back(save);
    return fragment;
  }

  bool Take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  char Next() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  Fragment Alternatives() {
    Fragment left = Sequence();
    if (!Take("|")) return left;
    Fragment right = Alternatives();
    const auto right_size = static_cast<std::ptrdiff_t>(right.size());
    Fragment fragment{Split(1, static_cast<std::ptrdiff_t>(left.size()) + 2)};
    Append(fragment, std::move(left));
    fragment.push_back(Jump(right_size + 1));
    Append(fragment, std::move(right));
    return fragment;
  }

  Fragment Sequence() {
    Fragment fragment;
    while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
      Append(fragment, Repeated(Atom()));
    }
    return fragment;
  }

  Fragment Repeated(Fragment body) {
    const bool star = Take("*");
    const bool plus = !star && Take("+");
    if (!star && !plus && !Take("?")) return body;
    const auto size = static_cast<std::ptrdiff_t>(body.size());
    Pattern::Instruction again = Split(1, 1);
    if (plus) again.first = -size;
    if (!plus) again.second = size + (star ? 2 : 1);
    if (Take("?")) std::swap(again.first, again.second);
    Fragment fragment;
    if (!plus) fragment.push_back(again);
    Append(fragment, std::move(body));
    if (plus) fragment.push_back(again);
    if (star) fragment.push_back(Jump(-(size + 1)));
    return fragment;
  }

  Fragment Atom() {
    if (Take("(?:")) return Closed(Alternatives());
    Pattern::Instruction one;
    one.operation = Operation::kCharacter;
    if (Take("(?<!")) {
      one.operation = Operation::kNotAfter;
      one.characters = OneCharacter();
      return Closed({one});
    }
    if (Take("(")) {
      const std::size_t group = groups_++;
      return Closed(Group(Alternatives(), group));
    }
    if (Take("$")) {
      one.operation = Operation::kAtEnd;
      return {one};
    }
    one.characters = Take("[") ? Bracketed() : OneCharacter();
    return {one};
  }

  Fragment Closed(Fragment fragment) {
    const bool closed = Take(")");
    assert(closed);
    static_cast<void>(closed);
    return fragment;
  }

  Pattern::CharacterSet OneCharacter() {
    Pattern::CharacterSet set;
    const char c = Next();
    if (c == '.') {
      set.any = true;
    } else if (c != '\\') {
      set.members.push_back(static_cast<unsigned char>(c));
    } else {
      const char escaped = Next();
      set.blanks = escaped == 's' || escaped == 'S';
      set.negated = escaped == 'S';
      if (!set.blanks) set.members.push_back(static_cast<unsigned char>(escaped));
    }
    return set;
  }

  Pattern::CharacterSet Bracketed() {
    Pattern::CharacterSet set;
    set.negated = Take("^");
    while (!Take("]")) {
      if (Take("\\s")) {
        set.blanks = true;
      } else {
        Take("\\");
        set.members.push_back(static_cast<unsigned char>(Next()));
      }
    }
    return set;
  }

  std::string_view rest_;
  std::size_t groups_ = 1;
};

/// One text under one pattern: a depth-first search that never visits a pair of instruction and
/// position twice. What failed there once fails there again, for no instruction looks at how it was
/// reached (RE2's bit-state search rests on the same).
class PatternRun {
 public:
  PatternRun(const Pattern& pattern, std::u32string_view text)
      : program_(pattern.program_),
        text_(text),
        visited_((text.size() + 1) * program_.size()),
        slots_(2 * pattern.groups_, kUnset) {}

  bool From(std::size_t start) {
    // Only the states on the way to an earlier match were visited without having failed, and of
    // those only the ones at its end can be met again.
    for (std::size_t i = 0; i < program_.size(); ++i) visited_[start * program_.size() + i] = false;
    choices_.assign(1, Choice{0, start, kUnset});
    while (!choices_.empty()) {
      const Choice choice = choices_.back();
      choices_.pop_back();
      if (choice.slot != kUnset) {
        slots_[choice.slot] = choice.position;
      } else if (Follow(choice.instruction, choice.position)) {
        return true;
      }
    }
    return false;
  }

  Pattern::Groups groups() const {
    Pattern::Groups groups;
    for (std::size_t i = 0; i < slots_.size(); i += 2) {
      if (slots_[i] == kUnset || slots_[i + 1] == kUnset) {
        groups.emplace_back();
      } else {
        groups.emplace_back(text_.substr(slots_[i], slots_[i + 1] - slots_[i]));
      }
    }
    return groups;
  }
  std::size_t end() const { return slots_[1]; }

 private:
  struct Choice {
    std::size_t instruction;
    std::size_t position;
    std::size_t slot;  // not kUnset: no way to try, but a slot to set back to `position`
  };

  bool Follow(std::size_t at, std::size_t position) {
    for (;;) {
      const std::size_t state = position * program_.size() + at;
      if (visited_[state]) return false;
      visited_[state] = true;
      const Pattern::Instruction& instruction = program_[at];
      const auto jump = [at](std::ptrdiff_t distance) {
        return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(at) + distance);
      };
      switch (instruction.operation) {
        case Pattern::Operation::kMatch:
          return true;
        case Pattern::Operation::kAtEnd:
          if (position != text_.size()) return false;
          ++at;
          break;
        case Pattern::Operation::kNotAfter:
          if (position > 0 && instruction.characters.Contains(text_[position - 1])) return false;
          ++at;
          break;
        case Pattern::Operation::kCharacter:
          if (position == text_.size() || !instruction.characters.Contains(text_[position])) {
            return false;
          }
          ++at;
          ++position;
          break;
        case Pattern::Operation::kSave:
          choices_.push_back({0, slots_[instruction.slot], instruction.slot});
          slots_[instruction.slot] = position;
          ++at;
          break;
        case Pattern::Operation::kSplit:
          if (instruction.second != instruction.first) {
            choices_.push_back({jump(instruction.second), position, kUnset});
          }
          at = jump(instruction.first);
          break;
      }
    }
  }

  const std::vector<Pattern::Instruction>& program_;
  std::u32string_view text_;
  std::vector<bool> visited_;
  std::vector<std::size_t> slots_;
  std::vector<Choice> choices_;
};

Pattern::Pattern(std::string_view source) {
  PatternCompiler compiler(source);
  program_ = compiler.Whole();
  groups_ = compiler.groups();
}

std::optional<Pattern::Groups> Pattern::Match(std::u32string_view text) const {
  PatternRun run(*this, text);
  if (!run.From(0)) return std::nullopt;
  return run.groups();
}

std::vector<std::u32string_view> Pattern::FindAll(std::u32string_view text) const {
  std::vector<std::u32string_view> found;
  PatternRun run(*this, text);
  for (std::size_t start = 0; start <= text.size();) {
    if (!run.From(start)) {
      ++start;
      continue;
    }
    found.push_back(run.groups()[1].value_or(std::u32string_view()));
    assert(run.end() > start);
    start = run.end();
  }
  return found;
}

}  // namespace certhealth
