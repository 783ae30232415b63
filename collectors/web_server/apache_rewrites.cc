// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/apache_rewrites.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/base/ascii.h"
#include "collectors/web_server/apache_words.h"
#include "collectors/web_server/challenge_uri.h"

namespace certhealth {
namespace {

using Kind = RewriteOutcome::Kind;
/// Whether a rule or a condition applies.
using Truth = PatternMatch;

/// Each is tried for each name.
constexpr std::ptrdiff_t kMaxRules = 100;

Truth Not(Truth truth) {
  if (truth == Truth::kUnknown) return truth;
  return truth == Truth::kYes ? Truth::kNo : Truth::kYes;
}

Truth And(Truth one, Truth other) {
  if (one == Truth::kNo || other == Truth::kNo) return Truth::kNo;
  return one == Truth::kYes ? other : one;
}

Truth Or(Truth one, Truth other) { return Not(And(Not(one), Not(other))); }

Truth TruthOf(bool is_true) { return is_true ? Truth::kYes : Truth::kNo; }

bool IsName(std::string_view test) { return test == "%{SERVER_NAME}" || test == "%{HTTP_HOST}"; }

/// "[R=301,L]": the words between the brackets.
std::vector<std::string> FlagsOf(std::string_view text) {
  std::vector<std::string> flags;
  if (!text.starts_with('[') || !text.ends_with(']')) {
    if (!text.empty()) flags.emplace_back(text);
    return flags;
  }
  text = text.substr(1, text.size() - 2);
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    flags.push_back(LowerAscii(text.substr(0, comma)));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return flags;
}

bool Has(const std::vector<std::string>& flags, std::string_view flag, std::string_view name) {
  return std::ranges::any_of(flags,
                             [&](const std::string& one) { return one == flag || one == name; });
}

struct Condition {
  std::string_view test;
  std::string_view pattern;  // without what is below
  bool is_negated = false;
  bool is_text = false;  // "=TEXT"
  PatternCase letters = PatternCase::kCounts;
  bool has_or = false;
  bool is_clear = true;
};

Condition ReadCondition(const ApacheStatement& statement) {
  Condition condition{.test = statement.Argument(0), .pattern = statement.Argument(1)};
  for (const std::string& flag : FlagsOf(statement.Argument(2))) {
    if (flag == "nc" || flag == "nocase") {
      condition.letters = PatternCase::kIgnored;
    } else if (flag == "or" || flag == "ornext") {
      condition.has_or = true;
    } else {
      condition.is_clear = false;
    }
  }
  std::string_view& pattern = condition.pattern;
  condition.is_negated = pattern.starts_with('!');
  if (condition.is_negated) pattern.remove_prefix(1);
  condition.is_text = pattern.starts_with('=');
  if (condition.is_text) pattern.remove_prefix(1);
  // Tests of files and of numbers begin so; "%" and "$" are filled in.
  const bool is_other = pattern.empty() || pattern.find_first_of("-<>") == 0 ||
                        pattern.find("%{") != std::string_view::npos ||
                        pattern.find("${") != std::string_view::npos ||
                        (condition.is_text && pattern.find_first_of("<>=$%") != std::string::npos);
  condition.is_clear =
      condition.is_clear && !is_other && statement.is_certain && statement.words.size() <= 4;
  return condition;
}

Truth MatchText(const Condition& condition, std::string_view value) {
  if (!condition.is_text)
    return MatchPattern(std::string(condition.pattern), condition.letters, value);
  return TruthOf(condition.letters == PatternCase::kIgnored
                     ? LowerAscii(condition.pattern) == LowerAscii(value)
                     : condition.pattern == value);
}

Truth MatchName(const Condition& condition, const AskedHost& asked) {
  if (!asked.name.empty()) return MatchText(condition, asked.name);
  const bool is_none_of =
      condition.is_text &&
      std::ranges::find(asked.other_than, LowerAscii(condition.pattern)) != asked.other_than.end();
  return is_none_of ? Truth::kNo : Truth::kUnknown;
}

Truth MatchTest(const Condition& condition, bool is_tls, const AskedHost& asked) {
  if (IsName(condition.test)) return MatchName(condition, asked);
  if (condition.test == "%{HTTPS}") return MatchText(condition, is_tls ? "on" : "off");
  if (condition.test == "%{REQUEST_SCHEME}") return MatchText(condition, is_tls ? "https" : "http");
  if (condition.test == "%{REQUEST_METHOD}") return MatchText(condition, "GET");
  if (condition.test != "%{REQUEST_URI}") return Truth::kUnknown;
  if (condition.is_text) return Truth::kNo;  // a token is random
  return MatchChallengeUri(std::string(condition.pattern), condition.letters);
}

/// Those with [OR] make one with the next.
Truth Judge(const std::vector<Condition>& conditions, bool is_tls, const AskedHost& asked) {
  Truth all = Truth::kYes;
  Truth any = Truth::kNo;
  for (const Condition& condition : conditions) {
    Truth truth = condition.is_clear ? MatchTest(condition, is_tls, asked) : Truth::kUnknown;
    if (condition.is_negated) truth = Not(truth);
    any = Or(any, truth);
    if (condition.has_or) continue;
    all = And(all, any);
    any = Truth::kNo;
  }
  // The rule follows an [OR] that nothing comes after.
  return conditions.empty() || !conditions.back().has_or ? all : Truth::kUnknown;
}

Truth MatchRule(std::string_view pattern, const std::vector<std::string>& flags) {
  const bool is_negated = pattern.starts_with('!');
  if (is_negated) pattern.remove_prefix(1);
  const Truth truth =
      MatchChallengeUri(std::string(pattern),
                        Has(flags, "nc", "nocase") ? PatternCase::kIgnored : PatternCase::kCounts);
  return is_negated ? Not(truth) : truth;
}

/// Flags that only set variables, or how the target is written.
bool IsQuiet(const std::string& flag) {
  return flag.starts_with("e=") || flag.starts_with("env=") || flag == "nc" || flag == "nocase" ||
         flag == "ne" || flag == "noescape" || flag == "qsa" || flag == "qsappend" ||
         flag == "qsd" || flag == "ns" || flag == "nosubreq";
}

bool IsEnd(const std::string& flag) { return flag == "l" || flag == "last" || flag == "end"; }

/// 302 for "R"; 0 for another flag, -1 for one that is not understood.
int StatusOf(std::string_view flag) {
  if (flag == "r" || flag == "redirect") return 302;
  if (flag == "f" || flag == "forbidden") return 403;
  if (flag == "g" || flag == "gone") return 410;
  const std::size_t equals = flag.find('=');
  const std::string_view name = flag.substr(0, equals);
  if (equals == std::string_view::npos || (name != "r" && name != "redirect")) return 0;
  const std::string_view value = flag.substr(equals + 1);
  if (value == "permanent") return 301;
  if (value == "temp" || value == "seeother") return 302;
  int status = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), status);
  const bool is_number = error == std::errc{} && end == value.data() + value.size();
  return is_number && status >= 301 && status < 600 && status != 304 ? status : -1;
}

/// What a rule does that applies; nullopt for nothing, and the next one is tried.
std::optional<RewriteOutcome> Apply(const ApacheStatement& rule,
                                    const std::vector<std::string>& flags, bool is_last,
                                    const AskedHost& asked) {
  int status = 0;
  bool is_end = false;
  for (const std::string& flag : flags) {
    if (IsQuiet(flag)) continue;
    if (IsEnd(flag)) {
      is_end = true;
      continue;
    }
    status = StatusOf(flag);
    if (status <= 0) return RewriteOutcome{};
  }
  if (status >= 400) {
    return RewriteOutcome{
        Kind::kAnswers,
        {.kind = ChallengeAnswer::Kind::kRefuses, .status = status, .place = rule.place}};
  }
  const std::string_view target = rule.Argument(1);
  if (target == "-" && status == 0) {
    if (!is_end) return std::nullopt;
    return RewriteOutcome{Kind::kPasses};
  }
  // Others may rewrite what this one wrote; http without [R] may be this server itself.
  const bool is_final = is_end || is_last;
  if (!is_final || (status == 0 && !target.starts_with("https://"))) return RewriteOutcome{};
  ChallengeAnswer answer = ApacheRedirect(target, rule.Argument(0), asked, rule.place);
  if (answer.kind == ChallengeAnswer::Kind::kUnknown) return RewriteOutcome{};
  return RewriteOutcome{Kind::kAnswers, std::move(answer)};
}

bool IsOn(const ApacheStatement& engine) { return LowerAscii(engine.Argument(0)) == "on"; }

}  // namespace

bool RewritesByName(const ApacheScope& host) {
  return std::ranges::any_of(host.statements, [](const ApacheStatement& statement) {
    return statement.name() == "rewritecond" && IsName(statement.Argument(0));
  });
}

RewriteOutcome ApacheRewrites(const ApacheScope& main, const ApacheScope& host,
                              const AskedHost& asked) {
  const auto is_rule = [](const ApacheStatement& one) { return one.name() == "rewriterule"; };
  std::ptrdiff_t rules_left = std::ranges::count_if(host.statements, is_rule);
  if (rules_left == 0) return {Kind::kPasses};
  if (rules_left > kMaxRules) return {};
  const ApacheStatement* engine = host.FindLast("rewriteengine");
  if (engine == nullptr) engine = main.FindLast("rewriteengine");
  if (engine == nullptr) return {Kind::kPasses};
  if (!engine->is_certain) return {};
  if (!IsOn(*engine)) return {Kind::kPasses};
  const ApacheStatement* tls = host.FindLast("sslengine");
  if (tls == nullptr) tls = main.FindLast("sslengine");
  const bool is_tls = tls != nullptr && LowerAscii(tls->Argument(0)) != "off";

  std::vector<Condition> conditions;
  for (const ApacheStatement& statement : host.statements) {
    if (statement.name() == "rewritecond") conditions.push_back(ReadCondition(statement));
    if (!is_rule(statement)) continue;
    --rules_left;
    const std::vector<Condition> own_conditions = std::exchange(conditions, {});
    const std::vector<std::string> flags = FlagsOf(statement.Argument(2));
    const bool has_jump = std::ranges::any_of(flags, [](const std::string& flag) {
      return flag == "c" || flag == "chain" || flag.starts_with("s=") || flag.starts_with("skip=");
    });
    if (has_jump) return {};
    const bool is_idle = statement.Argument(1) == "-" && std::ranges::all_of(flags, IsQuiet);
    if (is_idle) continue;
    const Truth match = MatchRule(statement.Argument(0), flags);
    const Truth truth =
        match == Truth::kNo ? match : And(match, Judge(own_conditions, is_tls, asked));
    if (truth == Truth::kNo) continue;
    if (truth == Truth::kUnknown || !statement.is_certain) return {};
    if (auto outcome = Apply(statement, flags, rules_left == 0, asked)) return *outcome;
  }
  return {Kind::kPasses};
}

}  // namespace certhealth
