// SPDX-License-Identifier: Apache-2.0
#include "exporter/hook/hook_install.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "exporter/hook/hook_script.h"
#include "tests/support/hook_caller.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kDeployHook = "/etc/letsencrypt/renewal-hooks/deploy/certhealth";
constexpr std::string_view kPostHook = "/etc/letsencrypt/renewal-hooks/post/certhealth";
constexpr std::string_view kRecords = "/var/lib/x/hook/etc-letsencrypt";

std::string Slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// A machine with a certbot, mounted somewhere.
class HookInstall : public testing::Test {
 protected:
  HookInstall() {
    tree.MakeDirectory("etc/letsencrypt");
    tree.MakeDirectory("var/lib");
  }

  HookChange Install() const { return InstallHook(place); }
  HookChange Remove() const { return RemoveHook(place); }
  fs::perms ModeOf(std::string_view path) const {
    return fs::symlink_status(tree.Path(path)).permissions();
  }
  /// Every file and directory, with its mode and contents.
  std::map<std::string, std::string> State() const {
    std::map<std::string, std::string> state;
    for (const auto& entry : fs::recursive_directory_iterator(tree.root())) {
      const auto mode = static_cast<unsigned>(entry.symlink_status().permissions());
      state[entry.path().string()] =
          std::to_string(mode) + (entry.is_regular_file() ? Slurp(entry.path()) : "");
    }
    return state;
  }

  TemporaryTree tree;
  HookPlace place{tree.root(), "/etc/letsencrypt", "/var/lib/x"};
};

TEST_F(HookInstall, PutsAProgramIntoBothDirectories) {
  const HookChange change = Install();
  EXPECT_THAT(change.failures, IsEmpty());
  EXPECT_THAT(
      change.done,
      ElementsAre(
          "created /var/lib/x", "created /var/lib/x/hook", "created " + std::string(kRecords),
          "created " + std::string(kRecords) + "/renewed", "created /etc/letsencrypt/renewal-hooks",
          "created /etc/letsencrypt/renewal-hooks/deploy", "installed " + std::string(kDeployHook),
          "created /etc/letsencrypt/renewal-hooks/post", "installed " + std::string(kPostHook)));
  EXPECT_EQ(Slurp(tree.Path(kDeployHook)),
            HookScript(HookStage::kDeploy, "/var/lib/x", std::string(kRecords)));
  EXPECT_EQ(Slurp(tree.Path(kPostHook)),
            HookScript(HookStage::kPost, "/var/lib/x", std::string(kRecords)));
  for (const std::string_view path :
       {kDeployHook, kPostHook, std::string_view("/var/lib/x"), kRecords,
        std::string_view("/etc/letsencrypt/renewal-hooks/post")})
    EXPECT_EQ(ModeOf(path), fs::perms(0755)) << path;
}

TEST_F(HookInstall, GivesTheSameModesWhateverTheUmask) {
  const mode_t before = umask(0777);
  const HookChange change = Install();
  umask(before);
  EXPECT_THAT(change.failures, IsEmpty());
  EXPECT_EQ(ModeOf(kDeployHook), fs::perms(0755));
  EXPECT_EQ(ModeOf(kRecords), fs::perms(0755));
  EXPECT_EQ(ModeOf("/etc/letsencrypt/renewal-hooks"), fs::perms(0755));
}

TEST_F(HookInstall, ChangesNothingTheSecondTime) {
  Install();
  const auto before = State();
  EXPECT_THAT(Install().done, ElementsAre("already installed: " + std::string(kDeployHook),
                                          "already installed: " + std::string(kPostHook)));
  EXPECT_EQ(State(), before);
}

TEST_F(HookInstall, ReplacesAnOlderOneOfOurs) {
  Install();
  const auto installed = State();
  tree.Write(kDeployHook, "#!/bin/sh\n# certhealth_exporter hook: an older one\n");
  chmod(tree.Path(kPostHook).c_str(), 0644);
  EXPECT_THAT(Install().done, ElementsAre("replaced " + std::string(kDeployHook),
                                          "replaced " + std::string(kPostHook)));
  EXPECT_EQ(State(), installed);
}

TEST_F(HookInstall, WritesNothingWhereAProgramOfItsNameIsNotOurs) {
  tree.Write(kPostHook, "#!/bin/sh\nnginx -s reload\n");
  const auto before = State();
  const HookChange change = Install();
  ASSERT_EQ(change.failures.size(), 1U);
  EXPECT_THAT(change.failures[0].detail,
              HasSubstr(std::string(kPostHook) + ": not a hook of certhealth_exporter"));
  EXPECT_THAT(change.done, IsEmpty());
  EXPECT_EQ(State(), before);
  EXPECT_EQ(Remove().failures.size(), 1U);
  EXPECT_EQ(State(), before);
}

TEST_F(HookInstall, TouchesNothingButARegularFile) {
  tree.MakeDirectory("etc/letsencrypt/renewal-hooks/deploy");
  tree.Write("elsewhere", HookScript(HookStage::kDeploy, "/var/lib/x", std::string(kRecords)));
  const auto fails = [this] {
    return Install().failures.size() == 1 && Remove().failures.size() == 1;
  };
  tree.Link(kDeployHook, "/elsewhere");
  EXPECT_TRUE(fails());
  EXPECT_TRUE(fs::is_symlink(tree.Path(kDeployHook)));
  fs::remove(tree.Path(kDeployHook));
  ASSERT_EQ(mkfifo(tree.Path(kDeployHook).c_str(), 0644), 0);
  EXPECT_TRUE(fails());
  fs::remove(tree.Path(kDeployHook));
  fs::create_directory(tree.Path(kDeployHook));
  EXPECT_TRUE(fails());
}

TEST_F(HookInstall, LeavesNothingThatCertbotWouldRunInBetween) {
  Install();
  for (const char* stage : {"deploy", "post"}) {
    std::vector<std::string> names;
    for (const auto& entry :
         fs::directory_iterator(tree.Path("etc/letsencrypt/renewal-hooks/") + stage))
      names.push_back(entry.path().filename().string());
    EXPECT_THAT(names, ElementsAre("certhealth"));
  }
}

TEST_F(HookInstall, SaysWhenThereIsNoCertbot) {
  place.config_dir = "/etc/nowhere";
  const auto before = State();
  const HookChange change = Install();
  ASSERT_EQ(change.failures.size(), 1U);
  EXPECT_EQ(change.failures[0].reason, Reason::kNotFound);
  EXPECT_THAT(change.failures[0].detail, HasSubstr("/etc/nowhere: "));
  EXPECT_EQ(State(), before);
  EXPECT_THAT(Remove().done, ElementsAre("no hook is installed in /etc/nowhere"));
}

TEST_F(HookInstall, RefusesAPathThatCertbotsShellWouldTakeApart) {
  tree.MakeDirectory("etc/lets encrypt");
  place.config_dir = "/etc/lets encrypt";
  const HookChange change = Install();
  ASSERT_EQ(change.failures.size(), 1U);
  EXPECT_THAT(change.failures[0].detail, HasSubstr("does not quote"));
}

TEST_F(HookInstall, RefusesAStateDirectoryThatOthersCanWriteIn) {
  tree.MakeDirectory("var/lib/x");
  for (const mode_t mode : {0777U, 0775U, 0757U}) {
    chmod(tree.Path("var/lib/x").c_str(), mode);
    const HookChange change = Install();
    ASSERT_EQ(change.failures.size(), 1U);
    EXPECT_THAT(change.failures[0].detail, HasSubstr("/var/lib/x: others than user"));
    EXPECT_FALSE(fs::exists(tree.Path(kDeployHook)));
  }
}

TEST_F(HookInstall, RefusesDirectoriesOfAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "takes root to give a directory away";
  ASSERT_EQ(chown(tree.Path("etc/letsencrypt").c_str(), 65534, 65534), 0);
  HookChange change = Install();
  ASSERT_EQ(change.failures.size(), 1U);
  EXPECT_THAT(change.failures[0].detail, HasSubstr("belongs to user 65534"));
  ASSERT_EQ(chown(tree.Path("etc/letsencrypt").c_str(), 0, 0), 0);
  ASSERT_EQ(chown(tree.MakeDirectory("var/lib/x").c_str(), 65534, 65534), 0);
  change = Install();
  ASSERT_EQ(change.failures.size(), 1U);
  EXPECT_THAT(change.failures[0].detail, HasSubstr("/var/lib/x: others than user 0"));
}

TEST_F(HookInstall, StaysInsideTheRoot) {
  // On the mounted machine these are absolute links of its own.
  tree.MakeDirectory("data/letsencrypt");
  tree.MakeDirectory("data/hooks");
  fs::remove(tree.Path("etc/letsencrypt"));
  tree.Link("etc/letsencrypt", "/data/letsencrypt");
  tree.Link("data/letsencrypt/renewal-hooks", "/data/hooks");
  EXPECT_THAT(Install().failures, IsEmpty());
  EXPECT_TRUE(fs::exists(tree.Path("data/hooks/deploy/certhealth")));
  EXPECT_THAT(Remove().failures, IsEmpty());
  EXPECT_FALSE(fs::exists(tree.Path("data/hooks/deploy/certhealth")));
}

TEST_F(HookInstall, IsTakenBack) {
  tree.MakeDirectory("etc/letsencrypt/renewal-hooks/deploy");
  tree.MakeDirectory("etc/letsencrypt/renewal-hooks/post");
  tree.MakeDirectory("var/lib/x");
  const auto before = State();
  Install();
  tree.Write(std::string(kRecords) + "/failed", "1 2 a.example\n");
  tree.Write(std::string(kRecords) + "/renewed/a.example", "1 2\n");
  tree.Write(std::string(kRecords) + "/.new.17", "");
  const HookChange change = Remove();
  EXPECT_THAT(change.failures, IsEmpty());
  EXPECT_THAT(
      change.done,
      ElementsAre("removed " + std::string(kDeployHook), "removed " + std::string(kPostHook),
                  "removed " + std::string(kRecords), "removed /var/lib/x/hook"));
  EXPECT_EQ(State(), before);
  EXPECT_THAT(Remove().done, ElementsAre("no hook is installed in /etc/letsencrypt"));
}

TEST_F(HookInstall, LeavesTheHookOfAnotherCertbot) {
  const HookPlace other{tree.root(), "/srv/certbot", "/var/lib/x"};
  tree.MakeDirectory("srv/certbot");
  EXPECT_THAT(InstallHook(other).failures, IsEmpty());
  const auto before = State();
  Install();
  Remove();
  for (const auto& [path, state] : before) EXPECT_EQ(State()[path], state) << path;
}

TEST_F(HookInstall, RemovesNoFileThatTheHookDoesNotWrite) {
  Install();
  tree.Write(std::string(kRecords) + "/precious", "");
  const HookChange change = Remove();
  EXPECT_EQ(change.failures.size(), 1U);
  EXPECT_TRUE(fs::exists(tree.Path(kRecords) + "/precious"));
  EXPECT_FALSE(fs::exists(tree.Path(kDeployHook)));
}

TEST_F(HookInstall, SpeaksOnOneLine) {
  place.config_dir = "/etc/no\nsuch\x1b[31m";
  const HookChange change = Install();
  ASSERT_EQ(change.failures.size(), 1U);
  EXPECT_EQ(change.failures[0].detail.find_first_of("\n\x1b"), std::string::npos);
}

TEST(HookInstalled, IsRunAsCertbotRunsIt) {
  TemporaryTree tree;
  const HookPlace place{"/", tree.MakeDirectory("etc/letsencrypt"), tree.Path("state")};
  ASSERT_THAT(InstallHook(place).failures, IsEmpty());
  const HookCaller caller;
  EXPECT_EQ(caller.Call(place.config_dir + "/renewal-hooks/deploy/certhealth",
                        {{"RENEWED_LINEAGE", place.config_dir + "/live/a.example"}}, 100),
            (Ended{0, ""}));
  int records = 0;
  for (const auto& entry : fs::recursive_directory_iterator(place.state_dir))
    records += entry.path().filename() == "a.example" ? 1 : 0;
  EXPECT_EQ(records, 1);
}

}  // namespace
}  // namespace certhealth
