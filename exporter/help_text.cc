// SPDX-License-Identifier: Apache-2.0
#include "exporter/help_text.h"

#include <algorithm>

#include "exporter/flag_table.h"

namespace certhealth {
namespace {

constexpr std::string_view kIntroduction =
    R"(certhealth_exporter tells whether the next renewal of each certificate will work, and why not.

usage: certhealth_exporter [serve] [flags]          serve /metrics (the default command)
       certhealth_exporter check [flags] [NAME...]  look once, print what is wrong and what to do
       certhealth_exporter probe HOST[:PORT]        look at one endpoint, print what it presents
       certhealth_exporter hook install [flags]     let certbot record each outcome in --state.dir
       certhealth_exporter hook remove [flags]      take that back

check exits with 0 healthy, 1 warnings, 2 critical, 3 could not look.
In the name of a flag, dots, dashes and underscores are the same. --no-NAME turns a switch off.
)";

/// "--root=DIR"
std::string Spelling(const Flag& flag) {
  std::string text = "--" + std::string(flag.shape.name);
  if (!flag.placeholder.empty()) text += "=" + std::string(flag.placeholder);
  if (flag.shape.name == "help") text = "-h, " + text;
  return text;
}

/// "(default: 60s; repeatable)", or nothing.
std::string Remark(const Flag& flag) {
  std::string remark;
  if (!flag.fallback.empty() && flag.shape.kind != FlagKind::kSwitch) {
    remark = "default: " + std::string(flag.fallback);
  }
  if (flag.shape.kind == FlagKind::kRepeated)
    remark += remark.empty() ? "repeatable" : "; repeatable";
  return remark.empty() ? remark : " (" + remark + ")";
}

}  // namespace

std::string HelpText() {
  std::size_t width = 0;
  for (const Flag& flag : FlagTable()) width = std::max(width, Spelling(flag).size());
  std::string text(kIntroduction);
  std::string_view group;
  for (const Flag& flag : FlagTable()) {
    if (flag.group != group) {
      group = flag.group;
      text.append("\n").append(group).append(":\n");
    }
    std::string spelling = Spelling(flag);
    spelling.resize(width, ' ');
    text.append("  ").append(spelling).append("  ").append(flag.help).append(Remark(flag));
    text += '\n';
  }
  return text;
}

}  // namespace certhealth
