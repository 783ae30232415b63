// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/nginx_tokens.h"

#include <utility>

namespace certhealth {
namespace {

using Kind = NginxToken::Kind;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Inside a word a backslash protects the character behind it; a few of the pairs then stand for
/// one.
std::string Unescape(std::string_view word) {
  std::string plain;
  plain.reserve(word.size());
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char next = word[i] == '\\' && i + 1 < word.size() ? word[i + 1] : '\0';
    switch (next) {
      case '"':
      case '\'':
      case '\\':
        plain += next;
        break;
      case 't':
        plain += '\t';
        break;
      case 'r':
        plain += '\r';
        break;
      case 'n':
        plain += '\n';
        break;
      default:
        plain += word[i];
        continue;
    }
    ++i;
  }
  return plain;
}

}  // namespace

NginxToken NginxTokens::Error(std::string error) {
  at_ = text_.size();
  words_.clear();
  return {Kind::kError, {}, line_, std::move(error)};
}

NginxToken NginxTokens::Done(Kind kind) { return {kind, std::exchange(words_, {}), line_, {}}; }

NginxToken NginxTokens::Next() {
  bool needs_space = false;  // behind a quoted word
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (IsBlank(c)) {
      if (c == '\n') ++line_;
      needs_space = false;
      ++at_;
      continue;
    }
    if (c == ';' || c == '{') {
      if (words_.empty()) return Error(std::string("unexpected \"") + c + "\"");
      ++at_;
      return Done(c == ';' ? Kind::kDirective : Kind::kBlockStart);
    }
    if (needs_space) {
      if (c != ')') return Error(std::string("unexpected \"") + c + "\" behind a quoted parameter");
      needs_space = false;
    } else if (c == '}') {
      if (!words_.empty()) return Error("unexpected \"}\"");
      ++at_;
      return Done(Kind::kBlockEnd);
    } else if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
      continue;
    }
    needs_space = c == '"' || c == '\'';
    if (!TakeWord()) return Error("unexpected end of file, expecting \";\" or \"}\"");
  }
  if (!words_.empty()) return Error("unexpected end of file, expecting \";\" or \"}\"");
  return Done(Kind::kEnd);
}

/// False when the text ends in the middle of it.
bool NginxTokens::TakeWord() {
  const char quote = text_[at_] == '"' || text_[at_] == '\'' ? text_[at_] : '\0';
  const std::size_t begin = quote == '\0' ? at_ : at_ + 1;
  bool is_variable = false;  // a "$" was just before
  for (std::size_t i = begin; i < text_.size(); ++i) {
    const char c = text_[i];
    const bool ends =
        quote != '\0' ? c == quote : IsBlank(c) || c == ';' || (c == '{' && !is_variable);
    // The first letter of a bare word cannot end it, but for what Next has dealt with.
    if (ends) {
      words_.push_back(Unescape(text_.substr(begin, i - begin)));
      at_ = quote != '\0' ? i + 1 : i;
      return true;
    }
    if (c == '\n') ++line_;
    is_variable = c == '$';
    if (c == '\\') {
      ++i;  // the next one is only a letter
      if (i < text_.size() && text_[i] == '\n') ++line_;
    }
  }
  return false;
}

}  // namespace certhealth
