// SPDX-License-Identifier: Apache-2.0
#include "exporter/shell_word.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>

#include "exporter/escape.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

/// What bash makes of `word`, a word of a command line.
std::string ReadByBash(const std::string& word) {
  const TemporaryTree tree;
  const std::string script = tree.Write("script", "printf %s " + word);
  const std::unique_ptr<FILE, int (*)(FILE*)> bash(popen(("bash " + script).c_str(), "r"), pclose);
  std::string text;
  for (int c = 0; (c = std::fgetc(bash.get())) != EOF;) text += static_cast<char>(c);
  return text;
}

TEST(ShellQuote, LeavesAnOrdinaryNameAsItIs) {
  EXPECT_EQ(ShellQuote("www.example.org-0001"), "www.example.org-0001");
  EXPECT_EQ(ShellQuote("/etc/letsencrypt/live"), "/etc/letsencrypt/live");
}

TEST(ShellQuote, IsReadBackByAShell) {
  for (const std::string name : {"", "a b", "$(reboot)", "`id`", "it's", "a;b&c|d", "*", "~root",
                                 "caf\xC3\xA9 \xE2\x82\xAC", "a\\b", "!x", "#x", "\"x\""}) {
    EXPECT_EQ(ReadByBash(ShellQuote(name)), name) << ShellQuote(name);
  }
}

TEST(ShellQuote, SpellsOutWhatMustNotBeShown) {
  EXPECT_EQ(ShellQuote("a\x1b[31m7"), "$'a\\033\\13331m7'");
  for (const std::string name :
       {"a\x1b]0;x\x07 b", "line\nfeed", "\xE2\x80\xAEgro.elpmaxe", "it's\t"}) {
    EXPECT_EQ(Printable(ShellQuote(name), 1000), ShellQuote(name));
    EXPECT_EQ(ReadByBash(ShellQuote(name)), name);
  }
}

}  // namespace
}  // namespace certhealth
