// SPDX-License-Identifier: Apache-2.0
#include "exporter/config.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

FileSettings FullFile() {
  FileSettings file;
  file.certbot = {{"/file/a", "/file/logs"}, {"/file/b", std::nullopt}};
  file.files = {"/file/*.pem"};
  file.ignored_problems = {"weak_key"};
  EndpointSection& section = file.endpoints.emplace_back();
  section.targets.resize(2);
  section.targets[0].host = "192.0.2.1";
  section.targets[1].host = "192.0.2.2";
  section.settings.order.target.server_name = "shop.example.com";
  section.settings.addresses = AddressSeries::kEach;
  file.local_ports = {{8443, StartTls::kNone}};
  return file;
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

TEST(Merge, AsksEachTargetOfASectionAsTheSectionSays) {
  const Config merged = Merge(Config{}, FullFile());
  ASSERT_EQ(merged.endpoints.size(), 2U);
  EXPECT_EQ(merged.endpoints[1].order.target.host, "192.0.2.2");
  for (const WatchedEndpoint& watched : merged.endpoints) {
    EXPECT_EQ(watched.order.target.server_name, "shop.example.com");
    EXPECT_EQ(watched.addresses, AddressSeries::kEach);
  }
  EXPECT_EQ(merged.local_ports, FullFile().local_ports);
}

TEST(Merge, LetsTypedEndpointsWin) {
  Config flags;
  flags.endpoints.resize(1);
  EXPECT_EQ(Merge(flags, FullFile()).endpoints, flags.endpoints);
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
