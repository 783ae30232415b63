// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/plugin_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "tests/support/broken_file_system.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PluginEnvironmentTest : public testing::Test {
 protected:
  PluginEnvironmentTest() {
    tree.Write("opt/certbot/bin/certbot", "#!/opt/certbot/bin/python3\nimport certbot\n");
    tree.Write("opt/certbot/bin/python3", "");
    tree.Write("opt/certbot/pyvenv.cfg", "home = /usr/bin\ninclude-system-site-packages = false\n");
    AddPackage("opt/certbot/lib/python3.11/site-packages/certbot-5.8.0.dist-info",
               "[certbot.plugins]\nwebroot = a:b\nstandalone = c:d\n[console_scripts]\nx = y\n");
  }
  void AddPackage(const std::string& path, const std::string& entry_points) {
    tree.Write(path + "/entry_points.txt", entry_points);
  }
  std::shared_ptr<const PluginEnvironment> Look() {
    return environments.Look(watched, {}, "/opt/certbot/bin/certbot", now);
  }

  TemporaryTree tree;
  std::unique_ptr<FileSystem> files = MakePosixFileSystem(tree.root());
  BrokenFileSystem watched{*files};
  PluginEnvironments environments;
  WallTime now{};  // all files are younger
  const std::string packages = "opt/certbot/lib/python3.11/site-packages/";
};

TEST_F(PluginEnvironmentTest, ReadsAVirtualEnvironment) {
  AddPackage(packages + "certbot_nginx-5.8.0.dist-info", "[certbot.plugins]\nnginx = e:f\n");
  tree.MakeDirectory(packages + "idna-3.dist-info");
  const auto environment = Look();
  ASSERT_NE(environment, nullptr);
  EXPECT_THAT(environment->plugins, ElementsAre("nginx", "standalone", "webroot"));
  EXPECT_EQ(environment->where, "/opt/certbot");
}

TEST_F(PluginEnvironmentTest, ReadsDebiansPackages) {
  tree.Write("usr/bin/certbot", "#! /usr/bin/python3\n");
  tree.Write("usr/bin/python3", "");
  AddPackage("usr/lib/python3/dist-packages/certbot-2.1.0.egg-info",
             "[certbot.plugins]\nstandalone = c:d\n");
  AddPackage("usr/local/lib/python3.11/dist-packages/certbot_dns_x-1.dist-info",
             "[certbot.plugins]\ndns-x = e:f\n");
  const auto environment = environments.Look(watched, {}, "/usr/bin/certbot", now);
  ASSERT_NE(environment, nullptr);
  EXPECT_THAT(environment->plugins, ElementsAre("dns-x", "standalone"));
}

TEST_F(PluginEnvironmentTest, NamesThePythonThatIsGone) {
  EXPECT_EQ(Look()->missing_interpreter, "");
  std::filesystem::remove(tree.Path("opt/certbot/bin/python3"));
  tree.Link("opt/certbot/bin/python3", "/usr/bin/python3.9");
  const auto environment = Look();
  ASSERT_NE(environment, nullptr);
  EXPECT_EQ(environment->missing_interpreter, "/opt/certbot/bin/python3");
}

TEST_F(PluginEnvironmentTest, SaysNothingOfAPythonThatMayNotBeSeen) {
  watched.Break("/opt/certbot/bin/python3", Reason::kPermissionDenied);
  EXPECT_EQ(Look()->missing_interpreter, "");
}

TEST_F(PluginEnvironmentTest, SaysNothingWhereThereMayBeMore) {
  EXPECT_NE(Look(), nullptr);
  tree.Write(packages + "distutils-precedence.pth", "import os; x\n");
  EXPECT_NE(Look(), nullptr) << "code leads nowhere";
  tree.Write(packages + "mine.pth", "/home/me/plugin\n");
  EXPECT_EQ(Look(), nullptr);
}

TEST_F(PluginEnvironmentTest, SaysNothingOfAnEnvironmentWithTheSystemsPackages) {
  tree.Write("opt/certbot/pyvenv.cfg", "include-system-site-packages = true\n");
  EXPECT_EQ(Look(), nullptr);
}

TEST_F(PluginEnvironmentTest, SaysNothingOfWhatMayNotBeReadOrIsNoCertbot) {
  watched.Break("/" + packages + "certbot-5.8.0.dist-info/entry_points.txt",
                Reason::kPermissionDenied);
  EXPECT_EQ(Look(), nullptr);
  tree.Write("snap/bin/certbot",
             "\x7f"
             "ELF");
  EXPECT_EQ(environments.Look(watched, {}, "/snap/bin/certbot", now), nullptr);
  EXPECT_EQ(environments.Look(watched, {}, "/gone", now), nullptr);
}

TEST_F(PluginEnvironmentTest, IsReadAgainOnlyWhenAPackageCameOrWent) {
  now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) +
        std::chrono::hours{1};
  Look();
  watched.TakeReads();
  Look();
  EXPECT_THAT(watched.TakeReads(), IsEmpty());
  AddPackage(packages + "certbot_nginx-5.8.0.dist-info", "[certbot.plugins]\nnginx = e:f\n");
  // However soon that was after the directory was made.
  std::filesystem::last_write_time(tree.Path(packages),
                                   std::filesystem::file_time_type::clock::now());
  EXPECT_THAT(Look()->plugins, ElementsAre("nginx", "standalone", "webroot"));
}

}  // namespace
}  // namespace certhealth
