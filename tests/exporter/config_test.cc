// SPDX-License-Identifier: Apache-2.0
#include "exporter/config.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

FileSettings FullFile() {
  return {{{"/file/a", "/file/logs"}, {"/file/b", std::nullopt}}, {"/file/*.pem"}, {"weak_key"}};
}

TEST(Merge, TakesFromTheFileWhatTheFlagsLeaveOut) {
  const Config merged = Merge(Config{}, FullFile());
  EXPECT_EQ(merged.certbot, FullFile().certbot);
  EXPECT_EQ(merged.files, FullFile().files);
  EXPECT_EQ(merged.ignored_problems, FullFile().ignored_problems);
}

TEST(Merge, LetsFlagsWinWithoutJoiningLists) {
  Config flags;
  flags.certbot = {{"/flag", std::nullopt}};
  flags.files = {"/flag/*.pem"};
  const Config merged = Merge(flags, FullFile());
  EXPECT_EQ(merged.certbot, flags.certbot);
  EXPECT_EQ(merged.files, flags.files);
}

TEST(Merge, LetsATypedLogsDirWinOverThoseOfTheFile) {
  Config flags;
  flags.certbot_logs_dir = "/flag/logs";
  const Config merged = Merge(flags, FullFile());
  ASSERT_EQ(merged.certbot.size(), 2U);
  EXPECT_EQ(merged.certbot[0], (CertbotPlace{"/file/a", std::nullopt}));
  EXPECT_EQ(merged.certbot_logs_dir, "/flag/logs");
}

TEST(Merge, ChangesNothingElse) {
  Config flags;
  flags.command = Command::kCheck;
  flags.names = {"a"};
  flags.config_file = "x.ini";
  EXPECT_EQ(Merge(flags, FileSettings{}), flags);
}

}  // namespace
}  // namespace certhealth
