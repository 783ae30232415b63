// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/known_words.h"

#include <algorithm>
#include <utility>

namespace certhealth {
namespace {

constexpr std::size_t kMostWords = 2000;
constexpr std::string_view kElf =
    "\x7f"
    "ELF";

void ToLower(std::string& text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
}

}  // namespace

void KnownWords::AddProgram(ConfFiles& files, const std::vector<std::string>& paths) {
  bool is_there = false;
  for (const std::string& path : paths) {
    if (files.IsMissing(path)) continue;
    is_there = true;
    std::optional<std::string> bytes = files.ReadProgram(path);
    if (!bytes || !bytes->starts_with(kElf)) {
      is_certain_ = false;
      return;
    }
    if (capitals_ == Capitals::kDoNotCount) ToLower(*bytes);
    programs_.push_back(*std::move(bytes));
  }
  is_certain_ = is_certain_ && is_there;
}

void KnownWords::Use(const std::string& word, std::string place) {
  if (word.empty() || used_.size() == kMostWords) return;
  if (numbers_.emplace(word, used_.size()).second) used_.push_back({word, std::move(place)});
}

bool KnownWords::Has(std::string word) const {
  if (capitals_ == Capitals::kDoNotCount) ToLower(word);
  word += '\0';
  return std::ranges::any_of(programs_, [&](const std::string& program) {
    return program.find(word) != std::string::npos;
  });
}

std::optional<KnownWords::Unknown> KnownWords::FindUnknown(std::string_view sure) const {
  if (!is_certain_ || programs_.empty() || !Has(std::string(sure))) return std::nullopt;
  const auto unknown =
      std::ranges::find_if(used_, [&](const Unknown& one) { return !Has(one.word); });
  if (unknown == used_.end()) return std::nullopt;
  return *unknown;
}

}  // namespace certhealth
