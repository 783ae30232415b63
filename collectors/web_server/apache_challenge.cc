// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/apache_challenge.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

#include "collectors/certbot/paths.h"
#include "collectors/web_server/apache_rewrites.h"
#include "collectors/web_server/apache_sections.h"
#include "collectors/web_server/challenge_uri.h"

namespace certhealth {
namespace {

using Kind = ChallengeAnswer::Kind;
using Truth = PatternMatch;

bool IsFilledIn(std::string_view text) { return text.find("${") != std::string_view::npos; }

std::string WithoutDoubledSlashes(std::string_view path) {
  std::string single;
  for (const char c : path) {
    if (c != '/' || !single.ends_with('/')) single += c;
  }
  return single;
}

/// Whether the path that a directive is for takes challenges in (mod_alias.c, alias_matches).
Truth TakesIn(std::string_view written) {
  if (!written.starts_with('/') || IsFilledIn(written)) return Truth::kUnknown;
  const std::string prefix = WithoutDoubledSlashes(written);
  if (!kChallengePrefix.starts_with(prefix)) return Truth::kNo;
  const bool is_whole = prefix.ends_with('/') || kChallengePrefix[prefix.size()] == '/';
  return is_whole ? Truth::kYes : Truth::kNo;
}

Truth TakesInPattern(std::string_view pattern) {
  return MatchChallengeUri(std::string(pattern), PatternCase::kCounts);
}

/// Whether mod_proxy hands challenges on. The main server's exclusions come first.
Truth IsHandedOn(const ApacheScope& main, const ApacheScope& host) {
  for (const ApacheScope* server : {&main, &host}) {
    for (const ApacheStatement& statement : server->statements) {
      const bool is_pattern = statement.name() == "proxypassmatch";
      if (!is_pattern && statement.name() != "proxypass") continue;
      const std::string_view from = statement.Argument(0);
      const Truth truth = is_pattern ? TakesInPattern(from) : TakesIn(from);
      if (truth == Truth::kNo) continue;
      const bool is_exclusion =
          truth == Truth::kYes && statement.is_certain && statement.Argument(1) == "!";
      return is_exclusion ? Truth::kNo : Truth::kYes;
    }
  }
  return Truth::kNo;
}

/// Whether a program may take them: which module comes first is not known.
bool MayBeMounted(const ApacheScope& server) {
  return std::ranges::any_of(server.statements, [](const ApacheStatement& statement) {
    const std::string_view path = statement.Argument(0);
    if (statement.name() == "wsgiscriptalias") return TakesIn(path) != Truth::kNo;
    if (statement.name() == "wsgiscriptaliasmatch") return TakesInPattern(path) != Truth::kNo;
    return statement.name() == "jkmount" &&
           kChallengePrefix.starts_with(path.substr(0, path.find('*')));
  });
}

/// Of the `Redirect` directives.
std::optional<int> StatusOf(std::string_view word) {
  if (word == "permanent") return 301;
  if (word == "temp") return 302;
  if (word == "seeother") return 303;
  if (word == "gone") return 410;
  int status = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), status);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return status;
}

/// `Redirect[Match] [STATUS] PATH [URL]` where it takes challenges in; nullopt where it does not.
std::optional<ChallengeAnswer> AnswerOfRedirect(const ApacheStatement& statement,
                                                const AskedHost& asked) {
  const std::string_view name = statement.name();
  std::size_t next = 0;
  int status = 302;
  if (name == "redirect" || name == "redirectmatch") {
    if (const auto given = StatusOf(statement.Argument(0))) {
      status = *given;
      next = 1;
    }
  }
  const std::string_view from = statement.Argument(next);
  const std::string_view target = statement.Argument(next + 1);
  const Truth truth = name == "redirectmatch" ? TakesInPattern(from) : TakesIn(from);
  if (truth == Truth::kNo) return std::nullopt;
  if (truth == Truth::kUnknown || !statement.is_certain || statement.words.size() > next + 3)
    return ChallengeAnswer{};
  if (status >= 400 && status < 600 && target.empty())
    return ChallengeAnswer{.kind = Kind::kRefuses, .status = status, .place = statement.place};
  const bool leads_on = status >= 301 && status <= 308 && status != 304;
  if (!leads_on || target.find('%') != std::string_view::npos) return ChallengeAnswer{};
  if (name == "redirectmatch") return ApacheRedirect(target, from, asked, statement.place);
  // What follows the prefix is added to the target.
  const std::string prefix = WithoutDoubledSlashes(from);
  const std::string rest(kChallengePrefix.substr(prefix.size()));
  const std::string whole = std::string(target) + rest;
  if (target.find('$') != std::string_view::npos || !whole.ends_with(kChallengePrefix))
    return ChallengeAnswer{};
  const std::string_view host =
      std::string_view(whole).substr(0, whole.size() - kChallengePrefix.size());
  return ApacheRedirect(std::string(host) + "%{REQUEST_URI}", {}, asked, statement.place);
}

/// The first that takes challenges in, a host's before the main server's.
std::optional<ChallengeAnswer> RedirectOf(const ApacheScope& main, const ApacheScope& host,
                                          const AskedHost& asked) {
  for (const ApacheScope* server : {&host, &main}) {
    for (const ApacheStatement& statement : server->statements) {
      if (!statement.name().starts_with("redirect")) continue;
      if (auto answer = AnswerOfRedirect(statement, asked)) return answer;
    }
  }
  return std::nullopt;
}

struct Mapping {
  std::string directory;  // empty where it is not known
  std::string place;
};

std::optional<Mapping> MappingOf(const ApacheStatement& statement) {
  const std::string_view name = statement.name();
  const std::string_view from = statement.Argument(0);
  const bool is_pattern = name == "aliasmatch" || name == "scriptaliasmatch";
  const Truth truth = is_pattern ? TakesInPattern(from) : TakesIn(from);
  if (truth == Truth::kNo) return std::nullopt;
  const bool is_plain = name == "alias" && truth == Truth::kYes && statement.is_certain &&
                        statement.words.size() == 3;
  if (!is_plain) return Mapping{};
  const std::string prefix = WithoutDoubledSlashes(from);
  std::string directory(statement.Argument(1));
  // "/x/" for "/y" makes "/yTOKEN".
  if (prefix.ends_with('/') && !directory.ends_with('/')) return Mapping{};
  return Mapping{directory.append(kChallengePrefix.substr(prefix.size())), statement.place};
}

Mapping MappedDirectory(const ApacheScope& main, const ApacheScope& host) {
  for (const ApacheScope* server : {&host, &main}) {
    for (const ApacheStatement& statement : server->statements) {
      const std::string_view name = statement.name();
      if (!name.starts_with("alias") && !name.starts_with("scriptalias")) continue;
      if (auto mapping = MappingOf(statement)) return *mapping;
    }
  }
  const ApacheStatement* root = host.FindLast("documentroot");
  if (root == nullptr) root = main.FindLast("documentroot");
  if (root == nullptr || !root->is_certain || root->words.size() != 2) return {};
  return {root->words[1] + std::string(kChallengeDirectory), root->place};
}

}  // namespace

ChallengeAnswer ApacheChallengeAnswer(const ApacheScope& main, const ApacheScope& host,
                                      const AskedHost& asked,
                                      const std::function<bool(const std::string&)>& may_exist) {
  if (!main.is_clear || !host.is_clear || MayBeMounted(main) || MayBeMounted(host)) return {};
  const LocationsSay locations = JudgeLocations(main, host);
  if (locations == LocationsSay::kUnknown) return {};
  const RewriteOutcome rewrites = ApacheRewrites(main, host, asked);
  if (rewrites.kind != RewriteOutcome::Kind::kPasses) return rewrites.answer;
  if (locations != LocationsSay::kNoProxy && IsHandedOn(main, host) != Truth::kNo) return {};
  if (const auto redirect = RedirectOf(main, host, asked)) return *redirect;
  const Mapping mapping = MappedDirectory(main, host);
  if (!mapping.directory.starts_with('/') || mapping.directory.find('$') != std::string::npos)
    return {};
  const std::string directory = NormalPath(mapping.directory);
  const SectionsSay sections = JudgeSections(main, host, directory, may_exist);
  if (!sections.is_clear) return {};
  return {.kind = sections.gives_more ? Kind::kFallback : Kind::kDirectory,
          .directory = directory,
          .place = mapping.place};
}

}  // namespace certhealth
