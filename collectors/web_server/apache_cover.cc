// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/apache_cover.h"

#include <algorithm>
#include <string_view>

#include "collectors/glob_component.h"
#include "collectors/web_server/challenge_uri.h"

namespace certhealth {
namespace {

using Truth = PatternMatch;

constexpr std::string_view kWildcards = "*?[";

bool IsFilledIn(std::string_view text) { return text.find("${") != std::string_view::npos; }

std::string_view TakeComponent(std::string_view& path) {
  path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
  const std::string_view component = path.substr(0, path.find('/'));
  path.remove_prefix(component.size());
  return component;
}

/// Whether `path`, or a directory that it lies in, may be what `pattern` means.
bool MayBeWithin(std::string_view path, std::string_view pattern) {
  while (true) {
    const std::string_view part = TakeComponent(pattern);
    if (part.empty()) return true;
    const std::string_view component = TakeComponent(path);
    if (component.empty()) return false;
    const GlobComponent glob(part);
    // Apache's "*" takes dots in front too.
    const bool may_differ = component.starts_with('.') && !glob.is_literal();
    if (!may_differ && !glob.Matches(component)) return false;
  }
}

bool IsWithin(std::string_view path, std::string_view prefix) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

Truth WithinPath(std::string_view path, std::string_view prefix) {
  if (!prefix.starts_with('/') || IsFilledIn(prefix) || prefix.find("//") != std::string_view::npos)
    return Truth::kUnknown;
  if (prefix.find_first_of(kWildcards) != std::string_view::npos)
    return MayBeWithin(path, prefix) ? Truth::kUnknown : Truth::kNo;
  return IsWithin(path, prefix) ? Truth::kYes : Truth::kNo;
}

/// Patterns may be for any directory on the way.
Truth OnTheWay(const std::string& directory, const std::string& pattern) {
  for (std::size_t end = directory.find('/'); end != std::string::npos;
       end = end == directory.size() ? std::string::npos
                                     : std::min(directory.find('/', end + 1), directory.size())) {
    for (const bool has_slash : {true, false}) {
      const std::string way = directory.substr(0, end) + (has_slash ? "/" : "");
      if (MatchPattern(pattern, PatternCase::kCounts, way) != Truth::kNo) return Truth::kUnknown;
    }
  }
  return Truth::kNo;
}

/// Tokens have no dots.
Truth OfToken(std::string_view name) {
  if (IsFilledIn(name)) return Truth::kUnknown;
  const bool may_be = name.find_first_of(kWildcards) != std::string_view::npos &&
                      name.find('.') == std::string_view::npos;
  return may_be ? Truth::kUnknown : Truth::kNo;
}

}  // namespace

PatternMatch Covers(const ApacheScope& section, const std::string& directory) {
  std::string_view kind = section.head.name();
  std::string text(section.head.Argument(0));
  bool is_pattern = kind.ends_with("match");
  if (is_pattern) kind.remove_suffix(5);
  if (text == "~") {
    is_pattern = true;
    text = section.head.Argument(1);
  }
  if (text.empty() || IsFilledIn(text)) return Truth::kUnknown;
  if (kind == "location") {
    return is_pattern ? MatchChallengeUri(text, PatternCase::kCounts)
                      : WithinPath(kChallengeDirectory, text);
  }
  if (kind == "directory")
    return is_pattern ? OnTheWay(directory, text) : WithinPath(directory, text);
  if (kind == "files")
    return is_pattern ? MatchChallengeToken(text, PatternCase::kCounts) : OfToken(text);
  return Truth::kUnknown;
}

}  // namespace certhealth
