// SPDX-License-Identifier: Apache-2.0
#include "collectors/glob_component.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

/// Characters, so that `?` is one of them and not one byte. A byte that is in none becomes a number
/// that no character has.
std::u32string CharactersOf(std::string_view text) {
  constexpr char32_t kFirstBeyondUnicode = 0x110000;
  std::u32string characters;
  characters.reserve(text.size());
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = CharacterLength(text);
    if (length <= 1) {
      characters += length == 1 ? char32_t{lead} : kFirstBeyondUnicode + lead;
      text.remove_prefix(1);
      continue;
    }
    char32_t character = lead & (0x7FU >> length);
    for (const char c : text.substr(1, length - 1)) {
      character = character << 6U | (static_cast<unsigned char>(c) & 0x3FU);
    }
    characters += character;
    text.remove_prefix(length);
  }
  return characters;
}

bool Accepts(const GlobToken& token, char32_t character) {
  switch (token.kind) {
    case GlobToken::Kind::kCharacter:
      return character == token.character;
    case GlobToken::Kind::kSet:
      return token.is_negated != std::ranges::any_of(token.ranges, [character](const auto& range) {
               return range.first <= character && character <= range.second;
             });
    default:
      return true;
  }
}

/// Takes patterns apart, from left to right.
class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : text_(CharactersOf(text)) {}

  std::vector<GlobToken> Read() && {
    std::vector<GlobToken> tokens;
    while (at_ < text_.size()) {
      if (text_[at_] == '*') {
        ++at_;
        if (tokens.empty() || tokens.back().kind != GlobToken::Kind::kAnyText) {
          tokens.push_back({GlobToken::Kind::kAnyText, 0, false, {}});
        }
      } else if (text_[at_] == '?') {
        ++at_;
        tokens.push_back({GlobToken::Kind::kAnyCharacter, 0, false, {}});
      } else if (std::optional<GlobToken> set = ReadSet()) {
        tokens.push_back(*std::move(set));
      } else {
        tokens.push_back({GlobToken::Kind::kCharacter, ReadCharacter(), false, {}});
      }
    }
    return tokens;
  }

 private:
  /// REQUIRES: at_ < text_.size()
  char32_t ReadCharacter() {
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
    return text_[at_++];
  }

  /// Nothing, and nothing read, when there is no `[` here or no `]` behind it.
  std::optional<GlobToken> ReadSet() {
    const std::size_t start = at_;
    // Looked for once: or a thousand `[` would each search to the end.
    if (text_[at_] != '[' || !may_close_) return std::nullopt;
    ++at_;
    GlobToken set{GlobToken::Kind::kSet, 0, false, {}};
    if (at_ < text_.size() && (text_[at_] == '!' || text_[at_] == '^')) {
      set.is_negated = true;
      ++at_;
    }
    // A `]` in the first place is one of the set.
    for (bool is_first = true; at_ < text_.size() && (is_first || text_[at_] != ']');
         is_first = false) {
      const char32_t low = ReadCharacter();
      const bool is_range = at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']';
      if (is_range) ++at_;
      set.ranges.emplace_back(low, is_range ? ReadCharacter() : low);
    }
    if (at_ < text_.size()) {
      ++at_;
      return set;
    }
    may_close_ = false;
    at_ = start;
    return std::nullopt;
  }

  const std::u32string text_;
  std::size_t at_ = 0;
  bool may_close_ = true;  // a `]` may still be ahead
};

}  // namespace

GlobComponent::GlobComponent(std::string_view text) : tokens_(PatternReader(text).Read()) {
  if (text == "*") kind_ = Kind::kAnyName;
  if (text == "**") kind_ = Kind::kAnyDepth;
  const bool is_literal = std::ranges::all_of(
      tokens_, [](const GlobToken& token) { return token.kind == GlobToken::Kind::kCharacter; });
  if (!is_literal) return;
  kind_ = Kind::kLiteral;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    literal_ += text[i];
  }
}

bool GlobComponent::Matches(std::string_view name) const {
  if (is_literal()) return name == literal_;
  const GlobToken& first = tokens_.front();
  const bool starts_with_dot = first.kind == GlobToken::Kind::kCharacter && first.character == '.';
  if (name.starts_with('.') && !starts_with_dot) return false;

  const std::u32string text = CharactersOf(name);
  std::size_t at = 0;
  std::size_t token = 0;
  // Where the last `*` is, and where the text goes on behind what it took. To let the last one
  // alone take more is enough, so nothing is ever tried twice per place.
  std::optional<std::size_t> star;
  std::size_t resume = 0;
  while (at < text.size()) {
    if (token < tokens_.size() && tokens_[token].kind == GlobToken::Kind::kAnyText) {
      star = token++;
      resume = at;
    } else if (token < tokens_.size() && Accepts(tokens_[token], text[at])) {
      ++token;
      ++at;
    } else if (star) {
      token = *star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (token < tokens_.size() && tokens_[token].kind == GlobToken::Kind::kAnyText) ++token;
  return token == tokens_.size();
}

}  // namespace certhealth
