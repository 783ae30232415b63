// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/apache_redirect.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace certhealth {
namespace {

constexpr std::string_view kRequestUri = "%{REQUEST_URI}";

/// What stands for the whole path, by the pattern that captures it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kWholePaths = {{
    {"^(.*)$", "$1"},
    {"(.*)", "$1"},
    {"^(.*)", "$1"},
    {"(.*)$", "$1"},
    {"^(/.*)$", "$1"},
    {"^/(.*)$", "/$1"},
    {"^/(.*)", "/$1"},
    {"^/?(.*)$", "/$1"},
    {"^/?(.*)", "/$1"},
    {"/(.*)$", "/$1"},
}};

/// `text` with the name that was asked for; nullopt where that is not known.
std::optional<std::string> Fill(std::string_view text, const AskedHost& asked) {
  std::string filled(text);
  for (const std::string_view variable : {"%{HTTP_HOST}", "%{SERVER_NAME}"}) {
    const std::size_t at = filled.find(variable);
    if (at == std::string::npos) continue;
    if (asked.name.empty()) return std::nullopt;
    filled.replace(at, variable.size(), asked.name);
  }
  return filled;
}

}  // namespace

ChallengeAnswer ApacheRedirect(std::string_view target, std::string_view pattern,
                               const AskedHost& asked, const std::string& place) {
  ChallengeAnswer answer{.kind = ChallengeAnswer::Kind::kRedirects, .port = 443, .place = place};
  if (target.starts_with("http://")) {
    answer.port = 80;
    target.remove_prefix(7);
  } else if (target.starts_with("https://")) {
    target.remove_prefix(8);
  } else {
    return {};
  }
  const std::size_t end = std::min(target.find_first_of("/$"), target.find(kRequestUri));
  if (end == std::string_view::npos) return {};
  const std::string_view path = target.substr(end);
  const bool is_whole_path =
      path == kRequestUri ||
      std::ranges::find(kWholePaths, std::pair(pattern, path)) != kWholePaths.end();
  if (!is_whole_path) return {};
  const std::string_view host = target.substr(0, end);
  if (host == "%{HTTP_HOST}" || host == "%{SERVER_NAME}") return answer;
  const std::optional<std::string> filled = Fill(host, asked);
  if (!filled || filled->empty() || filled->find_first_of("$%:@") != std::string::npos) return {};
  answer.host = *filled;
  return answer;
}

}  // namespace certhealth
