// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

struct NginxToken {
  enum class Kind {
    kDirective,   // words, up to a semicolon
    kBlockStart,  // words, up to an opening brace
    kBlockEnd,
    kEnd,    // of the text
    kError,  // nginx refuses the text here
  };
  Kind kind = Kind::kEnd;
  std::vector<std::string> words{};
  std::size_t line = 0;
  std::string error{};  // nginx's own words
};

/// Cuts the text of an nginx configuration file as nginx does (ngx_conf_file.c,
/// ngx_conf_read_token, 1.0 to 1.29). What is between the braces of a Lua block is not of this
/// grammar. Linear in the text.
class NginxTokens {
 public:
  /// `text` outlives this.
  explicit NginxTokens(std::string_view text) : text_(text) {}

  /// After kEnd and kError there is nothing more.
  NginxToken Next();

 private:
  NginxToken Error(std::string error);
  NginxToken Done(NginxToken::Kind kind);
  bool TakeWord();

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::vector<std::string> words_;
};

}  // namespace certhealth
