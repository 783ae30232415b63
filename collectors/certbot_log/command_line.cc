// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/command_line.h"

#include <algorithm>

#include "collectors/certbot_log/lineage_table.h"
#include "collectors/certbot_log/log_text.h"
#include "collectors/certbot_log/phrases.h"

namespace certhealth {
namespace {

using std::string_view;

/// The value of option `long_name` ("--cert-name"), given as one argument or as two.
string_view ValueOf(const std::vector<std::string>& arguments, string_view long_name) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const string_view argument = arguments[i];
    if (argument == long_name && i + 1 < arguments.size()) return arguments[i + 1];
    if (argument.size() > long_name.size() && argument.starts_with(long_name) &&
        argument[long_name.size()] == '=') {
      return argument.substr(long_name.size() + 1);
    }
  }
  return {};
}

/// The lineage that a command is about: by its name, else by its first domain, after which certbot
/// names a lineage.
string_view CertificateName(const std::vector<std::string>& arguments) {
  for (const string_view option : {"--cert-name", "--domains", "--domain", "-d"}) {
    const string_view value = ValueOf(arguments, option);
    if (!value.empty()) return value.substr(0, value.find(','));
  }
  const auto joined = std::ranges::find_if(arguments, [](string_view argument) {
    return argument.starts_with("-d") && argument.size() > 2;
  });
  if (joined == arguments.end()) return {};
  return string_view(*joined).substr(2, joined->find(',') - 2);
}

}  // namespace

CommandLine ParseCommandLine(string_view text) {
  const std::vector<std::string> arguments = ParsePythonList(text);
  CommandLine line;
  // argparse takes any beginning of an option that is not another's.
  line.dry_run = std::ranges::any_of(
      arguments, [](string_view argument) { return argument.starts_with("--dry"); });
  line.certificate_name = CleanText(CertificateName(arguments), LineageTable::kMaxNameBytes);
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
