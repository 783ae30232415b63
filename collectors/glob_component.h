// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace certhealth {

/// One element of a pattern.
struct GlobToken {
  enum class Kind { kCharacter, kAnyCharacter, kAnyText, kSet };
  Kind kind = Kind::kCharacter;
  char32_t character = 0;                             // of kCharacter
  bool is_negated = false;                            // of kSet
  std::vector<std::pair<char32_t, char32_t>> ranges;  // of kSet, both ends included
};

/// The part of a glob pattern between two slashes. `*` is any text, `?` one character, `[a-z]` and
/// `[!a-z]` one of a set, `\` takes the next character as it is. A `[` without `]` is itself.
class GlobComponent {
 public:
  explicit GlobComponent(std::string_view text);

  /// Whether it is a plain name.
  bool is_literal() const { return kind_ == Kind::kLiteral; }
  /// Whether it is `**`: directories, at any depth.
  bool is_any_depth() const { return kind_ == Kind::kAnyDepth; }
  /// Whether it is `*` or `**`, which say nothing about the name.
  bool is_any_name() const { return kind_ == Kind::kAnyName || kind_ == Kind::kAnyDepth; }

  /// REQUIRES: is_literal(); without its backslashes
  const std::string& literal() const { return literal_; }

  /// As a shell would: a name with a dot in front needs a dot in the pattern. Takes time in
  /// proportion to the product of both lengths at most.
  bool Matches(std::string_view name) const;

 private:
  enum class Kind { kLiteral, kPattern, kAnyName, kAnyDepth };

  Kind kind_ = Kind::kPattern;
  std::string literal_;
  std::vector<GlobToken> tokens_;
};

}  // namespace certhealth
