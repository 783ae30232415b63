// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/apache_words.h"

#include <algorithm>
#include <cstddef>

namespace certhealth {
namespace {

constexpr std::string_view kBlanks = " \t\r\f\v";

}  // namespace

std::string_view StripBlanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string TakeApacheWord(std::string_view& rest) {
  rest = StripBlanks(rest);
  if (rest.empty()) return {};
  const char quote = rest.front() == '"' || rest.front() == '\'' ? rest.front() : '\0';
  const std::size_t begin = quote == '\0' ? 0 : 1;
  const std::size_t end = quote == '\0' ? rest.find_first_of(kBlanks) : rest.find(quote, 1);
  std::string word(rest.substr(begin, std::min(end, rest.size()) - begin));
  rest.remove_prefix(std::min(end == std::string_view::npos ? end : end + 1, rest.size()));
  return word;
}

std::vector<std::string> ApacheWords(std::string_view line) {
  std::vector<std::string> words;
  for (line = StripBlanks(line); !line.empty(); line = StripBlanks(line))
    words.push_back(TakeApacheWord(line));
  return words;
}

}  // namespace certhealth
