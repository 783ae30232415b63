// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/hook_command.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

TEST(HookCommand, NamesTheProgramOfAPlainCommand) {
  EXPECT_EQ(ProgramOf("systemctl reload nginx"), "systemctl");
  EXPECT_EQ(ProgramOf("  /usr/local/bin/reload.sh --now"), "/usr/local/bin/reload.sh");
  EXPECT_EQ(ProgramOf("/bin/sh -c \"echo stopping web; exit 3\""), "/bin/sh");
}

TEST(HookCommand, LeavesToTheShellWhatOnlyAShellCanJudge) {
  for (const char* command : {"", "cd /srv && ./reload", "if true; then x; fi", "A=1 reload",
                              "$HOME/reload", "'my reload'", "./reload", "bin/reload", "(reload)",
                              "echo done", "~/reload", "reload;", "*/x"}) {
    EXPECT_EQ(ProgramOf(command), std::nullopt) << command;
  }
}

TEST(HookCommand, SplitsTheFirstWordAsCertbotDoes) {
  EXPECT_EQ(FirstWord("\t/srv/auth.sh  x"), "/srv/auth.sh");
  EXPECT_EQ(FirstWord("   "), "");
}

}  // namespace
}  // namespace certhealth
