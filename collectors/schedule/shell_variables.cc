// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/shell_variables.h"

#include <algorithm>

namespace certhealth {
namespace {

struct VariableUse {
  std::string_view name;
  std::size_t length = 0;  // of the whole "$NAME" or "${NAME}"
};

/// The variable that `text` begins with; an empty name when it begins with none.
VariableUse TakeVariable(std::string_view text) {
  if (!text.starts_with('$')) return {};
  const bool braced = text.substr(1).starts_with('{');
  const std::string_view rest = text.substr(braced ? 2 : 1);
  const std::size_t end = std::min(
      rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"),
      rest.size());
  if (braced && (end == rest.size() || rest[end] != '}')) return {};
  return {rest.substr(0, end), end + (braced ? 3 : 1)};
}

}  // namespace

ShellCommand VariableFiller::Fill(const ShellCommand& command, const Environment& environment) {
  ShellCommand filled;
  for (const std::string& word : command) {
    const VariableUse whole = TakeVariable(word);
    if (!whole.name.empty() && whole.length == word.size()) {
      if (const std::string* value = Look(whole.name, environment)) {
        const std::vector<ShellCommand> words = SplitShellText(*value);
        if (!words.empty()) filled.insert(filled.end(), words.front().begin(), words.front().end());
        continue;
      }
    }
    filled.push_back(FillInside(word, environment));
  }
  return filled;
}

std::string VariableFiller::FillInside(const std::string& word, const Environment& environment) {
  std::string text;
  for (std::size_t at = 0; at < word.size();) {
    const VariableUse use = TakeVariable(std::string_view(word).substr(at));
    const std::string* value = use.name.empty() ? nullptr : Look(use.name, environment);
    if (value != nullptr) {
      text += *value;
      at += use.length;
    } else {
      text += word[at++];
    }
  }
  return text;
}

const std::string* VariableFiller::Look(std::string_view name, const Environment& environment) {
  if (lookups_left_ == 0) return nullptr;
  --lookups_left_;
  const auto found =
      std::ranges::find(environment.rbegin(), environment.rend(), name,
                        [](const auto& variable) { return std::string_view(variable.first); });
  return found == environment.rend() ? nullptr : &found->second;
}

}  // namespace certhealth
