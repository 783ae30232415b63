// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/shell_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "collectors/schedule/text.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxCommands = 4096;
constexpr int kMaxDepth = 3;

constexpr std::array<std::string_view, 16> kKeywords{
    "if", "then", "else", "elif", "do",   "while",   "until", "!",
    "{",  "(",    "time", "exec", "eval", "command", "nohup", "builtin"};

/// Programs that run the program among their arguments.
constexpr std::array<std::string_view, 19> kWrappers{
    "sudo",        "doas",        "env",     "nice",
    "ionice",      "chronic",     "timeout", "flock",
    "chrt",        "setsid",      "stdbuf",  "cronic",
    "taskset",     "systemd-cat", "run-one", "systemd-inhibit",
    "systemd-run", "unbuffer",    "xargs"};

/// Programs whose `-c` takes shell text.
constexpr std::array<std::string_view, 12> kShells{"sh",      "bash",  "dash",   "zsh",
                                                   "ash",     "ksh",   "su",     "sudo",
                                                   "runuser", "flock", "script", "busybox"};

template <std::size_t kSize>
bool IsOneOf(std::string_view word, const std::array<std::string_view, kSize>& words) {
  return std::ranges::find(words, word) != words.end();
}

bool IsNameCharacter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '_';
}

bool IsAssignment(std::string_view word) {
  const std::size_t equals = word.find('=');
  return equals != std::string_view::npos && equals > 0 && !(word[0] >= '0' && word[0] <= '9') &&
         std::ranges::all_of(word.substr(0, equals), IsNameCharacter);
}

/// One pass over a text; inner texts are gathered for later passes.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  void Run() {
    while (at_ < text_.size() && commands_.size() < kMaxCommands) Step();
    EndCommand();
  }

  std::vector<ShellCommand> commands_;
  std::vector<std::string> inner_texts_;  // of command substitutions inside double quotes

 private:
  void Step() {
    const char letter = text_[at_];
    switch (letter) {
      case '\\':
        Escape();
        return;
      case '\'':
        SingleQuotes();
        return;
      case '"':
        DoubleQuotes();
        return;
      case '#':
        if (!in_word_) {
          at_ = std::min(text_.find('\n', at_), text_.size());
          return;
        }
        break;
      case '>':
      case '<':
        Redirect();
        return;
      case '&':
        if (at_ + 1 < text_.size() && text_[at_ + 1] == '>') {
          EndWord();
          ++at_;
          Redirect();
          return;
        }
        EndCommand();
        ++at_;
        return;
      case '\n':
      case ';':
      case '|':
      case '(':
      case ')':
      case '`':
        EndCommand();
        ++at_;
        return;
      default:
        if (kBlanks.find(letter) != std::string_view::npos) {
          EndWord();
          ++at_;
          return;
        }
    }
    in_word_ = true;
    word_ += letter;
    ++at_;
  }

  void Escape() {
    ++at_;
    if (at_ == text_.size()) return;
    if (text_[at_] != '\n') {
      in_word_ = true;
      word_ += text_[at_];
    }
    ++at_;
  }

  void SingleQuotes() {
    const std::size_t end = std::min(text_.find('\'', at_ + 1), text_.size());
    in_word_ = true;
    word_ += text_.substr(at_ + 1, end - at_ - 1);
    at_ = std::min(end + 1, text_.size());
  }

  void DoubleQuotes() {
    in_word_ = true;
    std::size_t substitution = std::string::npos;  // where in `word_` one began
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      if (text_[at_] == '(' && word_.ends_with('$')) substitution = word_.size() + 1;
      word_ += text_[at_];
    }
    if (substitution < word_.size()) {
      const std::string inner = word_.substr(substitution);
      inner_texts_.push_back(inner.substr(0, inner.rfind(')')));
    }
    at_ = std::min(at_ + 1, text_.size());
  }

  void Redirect() {
    if (in_word_ && ParseDecimal(word_)) {  // the descriptor, as in 2>&1
      word_.clear();
      in_word_ = false;
    }
    EndWord();
    while (at_ < text_.size() &&
           std::string_view("<>&|-").find(text_[at_]) != std::string_view::npos)
      ++at_;
    drop_next_ = true;
  }

  void EndWord() {
    if (!in_word_) return;
    if (!drop_next_) command_.push_back(std::move(word_));
    drop_next_ = false;
    word_.clear();
    in_word_ = false;
  }

  void EndCommand() {
    EndWord();
    drop_next_ = false;
    if (!command_.empty()) commands_.push_back(std::move(command_));
    command_.clear();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool in_word_ = false;
  bool drop_next_ = false;  // the next word is a file to redirect to
  std::string word_;
  ShellCommand command_;
};

/// The texts that a command hands to a shell: `sh -c TEXT`, `su - root -lc TEXT`.
std::vector<std::string> TextsForShells(const ShellCommand& command) {
  std::vector<std::string> texts;
  bool in_shell = false;
  for (std::size_t i = 0; i + 1 < command.size(); ++i) {
    const std::string& word = command[i];
    if (IsOneOf(BaseName(word), kShells)) {
      in_shell = true;
    } else if (in_shell && word.size() >= 2 && word.size() <= 5 && word[0] == '-' &&
               word[1] != '-' && word.back() == 'c') {
      texts.push_back(command[++i]);
    }
  }
  return texts;
}

void Gather(std::string_view text, int depth, std::vector<ShellCommand>& gathered) {
  Splitter splitter(text);
  splitter.Run();
  for (ShellCommand& command : splitter.commands_) {
    if (gathered.size() >= kMaxCommands) return;
    const std::vector<std::string> texts = TextsForShells(command);
    gathered.push_back(std::move(command));
    if (depth == kMaxDepth) continue;
    for (const std::string& inner : texts) Gather(inner, depth + 1, gathered);
  }
  if (depth == kMaxDepth) return;
  for (const std::string& inner : splitter.inner_texts_) Gather(inner, depth + 1, gathered);
}

}  // namespace

std::vector<ShellCommand> SplitShellText(std::string_view text) {
  std::vector<ShellCommand> commands;
  Gather(text, 1, commands);
  return commands;
}

std::size_t ProgramIndex(const ShellCommand& command) {
  bool after_wrapper = false;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const std::string& word = command[i];
    if (IsAssignment(word) || IsOneOf(word, kKeywords)) continue;
    if (IsOneOf(BaseName(word), kWrappers)) {
      after_wrapper = true;
      continue;
    }
    // A wrapper's options, and their values as far as they are numbers: `nice -n 10`, `timeout 1h`.
    const bool is_option =
        word.starts_with('-') || (!word.empty() && word[0] >= '0' && word[0] <= '9');
    if (after_wrapper && is_option) continue;
    return i;
  }
  return command.size();
}

}  // namespace certhealth
