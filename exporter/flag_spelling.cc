// SPDX-License-Identifier: Apache-2.0
#include "exporter/flag_spelling.h"

#include <optional>
#include <utility>

#include "exporter/escape.h"
#include "exporter/nearest_word.h"

namespace certhealth {
namespace {

/// One argument "--name" or "--name=value".
struct Token {
  std::string name;  // canonical
  std::optional<std::string> value;
  std::string typed;  // with its dashes, printable
};

Token Tokenize(std::string_view argument) {
  const std::size_t dashes = argument.starts_with("--") ? 2 : 1;
  const std::size_t equals = argument.find('=');
  Token token;
  token.typed = Printable(argument.substr(0, equals));
  token.name = CanonicalFlagName(argument.substr(0, equals).substr(dashes));
  if (argument == "-h") token.name = "help";
  if (equals != std::string_view::npos) token.value = argument.substr(equals + 1);
  return token;
}

std::optional<std::size_t> IndexOf(std::string_view canonical, std::span<const FlagShape> known) {
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (CanonicalFlagName(known[i].name) == canonical) return i;
  }
  return std::nullopt;
}

Failure Bad(std::string detail) { return {Reason::kBadText, std::move(detail)}; }

Failure UnknownFlag(const Token& token, std::span<const FlagShape> known) {
  std::vector<std::string> canonical;
  for (const FlagShape& flag : known) canonical.push_back(CanonicalFlagName(flag.name));
  const std::vector<std::string_view> names(canonical.begin(), canonical.end());
  std::string detail = "unknown flag " + token.typed;
  const auto nearest = NearestWord(token.name, names);
  if (!nearest) return Bad(detail + ", --help lists those there are");
  return Bad(detail + ", did you mean --" + std::string(known[*IndexOf(*nearest, known)].name) +
             "?");
}

/// A switch that is negated: "no_web_enable_lifecycle".
Result<TypedFlag> SpellNegation(const Token& token, std::span<const FlagShape> known) {
  constexpr std::string_view kNo = "no_";
  const auto flag =
      token.name.starts_with(kNo) ? IndexOf(token.name.substr(kNo.size()), known) : std::nullopt;
  if (!flag) return UnknownFlag(token, known);
  if (known[*flag].kind != FlagKind::kSwitch) {
    return Bad(token.typed + ": --" + std::string(known[*flag].name) +
               " takes a value, it cannot be negated");
  }
  if (token.value) return Bad(token.typed + " takes no value");
  return TypedFlag{*flag, "false"};
}

}  // namespace

std::string CanonicalFlagName(std::string_view name) {
  std::string canonical(name);
  for (char& c : canonical) {
    if (c == '.' || c == '-') c = '_';
  }
  return canonical;
}

Result<SpelledArguments> SpellOut(std::span<const std::string> arguments,
                                  std::span<const FlagShape> known) {
  SpelledArguments spelled;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--") {
      const auto rest = arguments.subspan(i + 1);
      spelled.words.insert(spelled.words.end(), rest.begin(), rest.end());
      break;
    }
    if (argument.size() < 2 || argument[0] != '-') {
      spelled.words.push_back(argument);
      continue;
    }
    Token token = Tokenize(argument);
    const auto flag = IndexOf(token.name, known);
    if (!flag) {
      Result<TypedFlag> negated = SpellNegation(token, known);
      if (!negated) return negated.error();
      spelled.flags.push_back(*std::move(negated));
      continue;
    }
    if (!token.value && known[*flag].kind == FlagKind::kSwitch) token.value = "true";
    if (!token.value) {
      const bool last = i + 1 == arguments.size();
      if (last || arguments[i + 1].starts_with('-')) return Bad(token.typed + " needs a value");
      token.value = arguments[++i];
    }
    spelled.flags.push_back({*flag, *std::move(token.value)});
  }
  return spelled;
}

}  // namespace certhealth
