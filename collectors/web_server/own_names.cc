// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/own_names.h"

#include <algorithm>
#include <set>

#include "collectors/base/ascii.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxNames = 1000;
constexpr std::string_view kBlanks = " \t\r";

/// The words of a line, in lower case, up to a comment.
std::vector<std::string> WordsOf(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::vector<std::string> words;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    if (line.empty()) return words;
    const std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
    words.push_back(LowerAscii(line.substr(0, end)));
    line.remove_prefix(end);
  }
}

std::vector<std::vector<std::string>> LinesOf(std::string_view text) {
  std::vector<std::vector<std::string>> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (auto words = WordsOf(text.substr(0, end)); !words.empty())
      lines.push_back(std::move(words));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

std::vector<std::string> OwnNames(std::string_view hostname, std::string_view hosts) {
  const auto own = LinesOf(hostname);
  if (own.empty()) return {};
  const std::string& name = own.front().front();
  std::set<std::string> names = {name};
  std::set<std::string> addresses;
  const auto lines = LinesOf(hosts);
  for (const auto& words : lines) {
    if (std::find(words.begin() + 1, words.end(), name) != words.end())
      addresses.insert(words.front());
  }
  for (const auto& words : lines) {
    if (!addresses.contains(words.front()) || names.size() > kMaxNames) continue;
    names.insert(words.begin() + 1, words.end());
  }
  std::vector<std::string> dotted;
  for (const std::string& one : names) {
    if (one.find('.') != std::string::npos) dotted.push_back(one);
  }
  return dotted;
}

}  // namespace certhealth
