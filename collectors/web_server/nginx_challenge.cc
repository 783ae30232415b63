// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/nginx_challenge.h"

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/web_server/challenge_uri.h"

namespace certhealth {
namespace {

using Kind = ChallengeAnswer::Kind;
using Scopes = std::vector<const NginxScope*>;  // from the outermost in

/// `location [=|~|~*|^~] TEXT`; nginx takes "=/x" for "= /x".
struct LocationHead {
  enum class Modifier { kNone, kExact, kBeforePatterns, kPattern, kPatternAnyCase, kNamed };
  Modifier modifier = Modifier::kNone;
  std::string text{};
};

LocationHead ReadHead(const std::vector<std::string>& words) {
  using Modifier = LocationHead::Modifier;
  constexpr std::array<std::pair<std::string_view, Modifier>, 4> kModifiers = {
      {{"~*", Modifier::kPatternAnyCase},
       {"^~", Modifier::kBeforePatterns},
       {"~", Modifier::kPattern},
       {"=", Modifier::kExact}}};
  if (words.size() < 2) return {};
  const std::string& word = words[1];
  for (const auto& [sign, modifier] : kModifiers) {
    if (!word.starts_with(sign)) continue;
    return {modifier, words.size() > 2 ? words[2] : word.substr(sign.size())};
  }
  return {word.starts_with('@') ? Modifier::kNamed : Modifier::kNone, word};
}

struct Choice {
  bool is_known = true;
  const NginxScope* location = nullptr;  // null: the server itself
};

Choice ChooseLocation(const NginxScope& server) {
  using Modifier = LocationHead::Modifier;
  Choice best;
  std::size_t best_size = 0;
  bool is_before_patterns = false;
  for (const NginxScope& location : server.scopes) {
    const LocationHead head = ReadHead(location.head.words);
    if (head.modifier != Modifier::kNone && head.modifier != Modifier::kBeforePatterns) continue;
    if (!kChallengePrefix.starts_with(head.text) || head.text.size() < best_size ||
        head.text.empty())
      continue;
    best_size = head.text.size();
    best.location = &location;
    is_before_patterns = head.modifier == Modifier::kBeforePatterns;
  }
  if (is_before_patterns) return best;
  for (const NginxScope& location : server.scopes) {
    const LocationHead head = ReadHead(location.head.words);
    const bool is_pattern =
        head.modifier == Modifier::kPattern || head.modifier == Modifier::kPatternAnyCase;
    if (!is_pattern) continue;
    const PatternMatch match =
        MatchChallengeUri(head.text, head.modifier == Modifier::kPattern ? PatternCase::kCounts
                                                                         : PatternCase::kIgnored);
    if (match == PatternMatch::kUnknown) return {.is_known = false};
    if (match == PatternMatch::kYes) return {.location = &location};
  }
  return best;
}

/// What the innermost of `scopes` that says something of `name` says.
const NginxStatement* FindInnermost(const Scopes& scopes, std::string_view name) {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    if (const NginxStatement* found = (*scope)->Find(name)) return found;
  }
  return nullptr;
}

ChallengeAnswer Refusal(int status, const NginxStatement& by) {
  return {.kind = Kind::kRefuses, .status = status, .place = by.place};
}

/// "https://$host$request_uri" and what amounts to it.
ChallengeAnswer RedirectTo(std::string_view target, const NginxScope& server,
                           const NginxStatement& by) {
  ChallengeAnswer answer{.kind = Kind::kRedirects, .port = 443, .place = by.place};
  if (target.starts_with("http://")) {
    answer.port = 80;
    target.remove_prefix(7);
  } else if (target.starts_with("https://")) {
    target.remove_prefix(8);
  } else {
    return {};
  }
  const std::size_t end = target.find_last_of('$');
  const std::string_view path = end == std::string_view::npos ? "" : target.substr(end);
  if (path != "$request_uri" && path != "$uri") return {};
  const std::string_view host = target.substr(0, end);
  if (host == "$host" || host == "$http_host") return answer;
  if (host == "$server_name") {
    const NginxStatement* names = server.Find("server_name");
    if (names == nullptr || names->words.size() < 2) return {};
    answer.host = names->words[1];
    return answer;
  }
  if (host.empty() || host.find_first_of("$:/@") != std::string_view::npos) return {};
  answer.host = host;
  return answer;
}

ChallengeAnswer AnswerOfReturn(const NginxStatement& statement, const NginxScope& server) {
  if (statement.words.size() < 2) return {};
  const std::string& first = statement.words[1];
  int status = 0;
  const auto [end, error] = std::from_chars(first.data(), first.data() + first.size(), status);
  if (error != std::errc{} || end != first.data() + first.size()) return {};
  if (status >= 400) return Refusal(status, statement);
  const bool is_redirect =
      status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  if (is_redirect && statement.words.size() == 3)
    return RedirectTo(statement.words[2], server, statement);
  return {};
}

/// Rules of access are taken from the innermost scope that has any, in their order.
std::optional<ChallengeAnswer> DeniedToAll(const Scopes& scopes) {
  if (FindInnermost(scopes, "satisfy") != nullptr) return std::nullopt;
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    for (const NginxStatement& statement : (*scope)->statements) {
      const bool is_deny = statement.words.front() == "deny";
      if (!is_deny && statement.words.front() != "allow") continue;
      if (is_deny && statement.words.size() == 2 && statement.words[1] == "all")
        return Refusal(403, statement);
      return std::nullopt;  // of whom the CA is, is not known
    }
  }
  return std::nullopt;
}

std::optional<ChallengeAnswer> WantsPassword(const Scopes& scopes) {
  const NginxStatement* statement = FindInnermost(scopes, "auth_basic");
  const bool is_on = statement != nullptr && statement->words.size() == 2 &&
                     statement->words[1] != "off" &&
                     statement->words[1].find('$') == std::string::npos;
  if (!is_on || FindInnermost(scopes, "satisfy") != nullptr) return std::nullopt;
  return Refusal(401, *statement);
}

/// Whether what is not found in the directory is answered with an error.
bool GivesFilesOnly(const Scopes& scopes) {
  // Only its own: `try_files` is not inherited by a location.
  if (const NginxStatement* tries = scopes.back()->Find("try_files")) {
    for (std::size_t i = 1; i < tries->words.size(); ++i) {
      const std::string& word = tries->words[i];
      const bool is_last = i + 1 == tries->words.size();
      const bool ends_here =
          word.starts_with("=4") || word.starts_with("=5") || word.ends_with(".html");
      if (is_last ? !ends_here : !word.starts_with("$uri")) return false;
    }
  }
  // The status stays, unless "=" or a redirect changes it.
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    bool has_pages = false;
    for (const NginxStatement& statement : (*scope)->statements) {
      if (statement.words.front() != "error_page") continue;
      has_pages = true;
      for (std::size_t i = 1; i < statement.words.size(); ++i) {
        const std::string& word = statement.words[i];
        if (word.starts_with('=') || word.starts_with('@') || word.starts_with("http"))
          return false;
      }
    }
    if (has_pages) break;
  }
  return true;
}

std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

/// Where nginx looks for the file of a challenge.
ChallengeAnswer FileAnswer(const Scopes& scopes) {
  const NginxStatement* alias = scopes.back()->Find("alias");
  const NginxStatement* by = alias != nullptr ? alias : FindInnermost(scopes, "root");
  if (by == nullptr || by->words.size() != 2) return {};
  const std::string& path = by->words[1];
  if (!path.starts_with('/') || path.find('$') != std::string::npos) return {};
  ChallengeAnswer answer{.kind = GivesFilesOnly(scopes) ? Kind::kDirectory : Kind::kFallback,
                         .place = by->place};
  if (alias == nullptr) {
    answer.directory =
        WithoutSlash(path).append(path == "/" ? kChallengePrefix.substr(1) : kChallengeDirectory);
  } else {
    const LocationHead head = ReadHead(scopes.back()->head.words);
    const bool is_prefix = head.modifier == LocationHead::Modifier::kNone ||
                           head.modifier == LocationHead::Modifier::kBeforePatterns;
    if (!is_prefix) return {};
    answer.directory = path + std::string(kChallengePrefix.substr(head.text.size()));
  }
  answer.directory = WithoutSlash(answer.directory);
  return answer;
}

}  // namespace

ChallengeAnswer NginxChallengeAnswer(const NginxScope& http, const NginxScope& server) {
  if (!http.is_clear || !server.is_clear) return {};
  if (const NginxStatement* statement = server.Find("return"))
    return AnswerOfReturn(*statement, server);
  const Choice choice = ChooseLocation(server);
  if (!choice.is_known) return {};
  Scopes scopes = {&http, &server};
  if (choice.location != nullptr) {
    // A location within it may be the one.
    if (!choice.location->is_clear || !choice.location->scopes.empty()) return {};
    scopes.push_back(choice.location);
    if (const NginxStatement* statement = choice.location->Find("return"))
      return AnswerOfReturn(*statement, server);
  }
  if (const auto denied = DeniedToAll(scopes)) return *denied;
  if (const auto password = WantsPassword(scopes)) return *password;
  return FileAnswer(scopes);
}

}  // namespace certhealth
