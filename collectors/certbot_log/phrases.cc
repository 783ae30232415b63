// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/phrases.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace certhealth {

using std::string_view;

std::optional<int> ToNumber(string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

namespace {

/// string_view::rfind goes byte by byte.
std::size_t LastSlash(string_view path) {
  const void* const slash = memrchr(path.data(), '/', path.size());
  return slash == nullptr ? string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(slash) - path.data());
}

}  // namespace

string_view LastComponent(string_view path) { return path.substr(LastSlash(path) + 1); }

string_view Parent(string_view path) {
  const std::size_t slash = LastSlash(path);
  return slash == string_view::npos ? string_view() : path.substr(0, slash);
}

std::optional<SummaryEntry> ParseSummaryEntry(string_view line) {
  if (!Skip(line, "  /") || !line.ends_with(')')) return std::nullopt;
  const std::size_t verdict = line.rfind(" (");
  if (verdict == string_view::npos) return std::nullopt;
  const string_view word = line.substr(verdict + 2, line.size() - verdict - 3);
  string_view path = line.substr(0, verdict);
  SummaryEntry entry;
  if (word == "success") {
    entry.verdict = SummaryVerdict::kSuccess;
  } else if (word == "failure") {
    entry.verdict = SummaryVerdict::kFailure;
  } else if (word == "skipped") {
    entry.verdict = SummaryVerdict::kSkipped;
    path = path.substr(0, path.find(" expires on "));
  } else {
    return std::nullopt;
  }
  entry.name = LastComponent(Parent(path));
  if (entry.name.empty()) return std::nullopt;
  return entry;
}

std::optional<HookFailure> ParseHookFailure(string_view line) {
  static constexpr string_view kReported = " reported error code ";  // 1.16+
  static constexpr string_view kReturned = " returned error code ";
  std::size_t phrase = line.rfind(kReported);
  if (phrase == string_view::npos) phrase = line.rfind(kReturned);
  if (phrase == string_view::npos) return std::nullopt;
  const std::optional<int> code = ToNumber(line.substr(phrase + kReturned.size()));
  if (!code) return std::nullopt;
  string_view subject = line.substr(0, phrase);
  string_view kind;
  if (Skip(subject, "Hook '")) {
    kind = subject.substr(0, subject.find('\''));
  } else if (const std::size_t end = subject.find(" command \""); end != string_view::npos) {
    kind = subject.substr(0, end);
    if (kind == "Hook") kind = {};  // until 0.31
  }
  return HookFailure{std::string(kind.substr(0, 64)), *code};
}

std::optional<FailureCounts> ParseFailureCounts(string_view line) {
  static constexpr string_view kRenew = " renew failure(s), ";
  static constexpr string_view kParse = " parse failure(s)";
  if (!line.ends_with(kParse)) return std::nullopt;
  line.remove_suffix(kParse.size());
  const std::size_t renew = line.rfind(kRenew);
  if (renew == string_view::npos) return std::nullopt;
  const std::optional<int> parse_failures = ToNumber(line.substr(renew + kRenew.size()));
  string_view before = line.substr(0, renew);
  before.remove_prefix(before.find_last_not_of("0123456789") + 1);
  const std::optional<int> renew_failures = ToNumber(before);
  if (!renew_failures || !parse_failures) return std::nullopt;
  return FailureCounts{*renew_failures, *parse_failures};
}

std::vector<std::string> ParsePlugins(string_view text) {
  static constexpr string_view kEntry = "PluginEntryPoint#";
  static constexpr std::size_t kMaxPlugins = 64;
  std::vector<std::string> plugins;
  for (std::size_t at = text.find(kEntry); at != string_view::npos && plugins.size() < kMaxPlugins;
       at = text.find(kEntry, at + 1)) {
    const string_view rest = text.substr(at + kEntry.size());
    plugins.emplace_back(rest.substr(0, std::min<std::size_t>(rest.find_first_of(",) "), 64)));
  }
  return plugins;
}

}  // namespace certhealth
