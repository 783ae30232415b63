// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/command_line.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include "collectors/certbot_log/lineage_table.h"
#include "collectors/certbot_log/log_text.h"
#include "collectors/certbot_log/phrases.h"

namespace certhealth {
namespace {

using std::string_view;

constexpr std::size_t kMaxDomains = 1000;  // a certificate has at most 100

/// What follows `option` in `argument`, joined to it by "=".
std::optional<string_view> JoinedValue(string_view argument, string_view option) {
  if (!Skip(argument, option) || !Skip(argument, "=")) return std::nullopt;
  return argument;
}

/// Calls `take` with each value of the options `names`, given as one argument or as two.
template <typename Take>
void ForEachValue(const std::vector<std::string>& arguments,
                  std::initializer_list<string_view> names, Take take) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    for (const string_view name : names) {
      if (arguments[i] == name && i + 1 < arguments.size()) {
        take(string_view(arguments[++i]));
        break;
      }
      if (const auto value = JoinedValue(arguments[i], name)) take(*value);
    }
  }
}

/// As certbot does it to each domain: no white space around, lower case.
void AddDomains(string_view list, std::vector<std::string>& domains) {
  while (!list.empty() && domains.size() < kMaxDomains) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string domain = CleanText(list.substr(0, comma), LineageTable::kMaxNameBytes);
    for (char& c : domain) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!domain.empty()) domains.push_back(std::move(domain));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

std::vector<std::string> DomainsIn(const std::vector<std::string>& arguments) {
  std::vector<std::string> domains;
  const auto add = [&domains](string_view list) { AddDomains(list, domains); };
  ForEachValue(arguments, {"-d", "--domains", "--domain"}, add);
  for (const string_view argument : arguments) {
    if (argument.starts_with("-d") && argument.size() > 2 && argument[2] != '=') {
      add(argument.substr(2));
    }
  }
  std::ranges::sort(domains);
  domains.erase(std::unique(domains.begin(), domains.end()), domains.end());
  return domains;
}

}  // namespace

CommandLine ParseCommandLine(string_view text) {
  const std::vector<std::string> arguments = ParsePythonList(text);
  CommandLine line;
  // argparse takes any beginning of an option that is not another's.
  line.dry_run = std::ranges::any_of(
      arguments, [](string_view argument) { return argument.starts_with("--dry"); });
  // "--cert-n" and longer: argparse takes any beginning that is not another option's too.
  ForEachValue(arguments, {"--cert-name", "--cert-nam", "--cert-na", "--cert-n"},
               [&line](string_view name) {
                 line.certificate_name = CleanText(name, LineageTable::kMaxNameBytes);
               });
  line.domains = DomainsIn(arguments);
  return line;
}

std::vector<std::string> ParsePythonList(string_view text) {
  std::vector<std::string> items;
  if (!Skip(text, "[")) return items;
  while (!text.empty()) {
    if (!Skip(text, "u")) Skip(text, "b");  // Python 2
    const char quote = text.empty() ? '\0' : text.front();
    if (quote != '\'' && quote != '"') break;
    std::string item;
    std::size_t i = 1;
    for (; i < text.size() && text[i] != quote; ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      item += text[i];
    }
    if (i == text.size()) break;
    items.push_back(std::move(item));
    text.remove_prefix(i + 1);
    if (!Skip(text, ", ")) break;
  }
  return items;
}

}  // namespace certhealth
