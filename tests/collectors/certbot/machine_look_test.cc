// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/machine_look.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>

#include "tests/support/broken_file_system.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using State = PathFact::State;
using testing::ElementsAre;
using testing::IsEmpty;
namespace fs = std::filesystem;

const std::string kAccounts = "etc/letsencrypt/accounts/acme-v02.api.letsencrypt.org/directory/";

class MachineLookTest : public testing::Test {
 protected:
  CertbotMachine Look() {
    const auto posix = MakePosixFileSystem(tree.root());
    BrokenFileSystem files(*posix);
    if (!forbidden.empty()) files.Break(forbidden, Reason::kPermissionDenied);
    schedule.host.mounts = mounts;
    MachineMemory memory;
    MachineLook look(files, schedule, {}, memory, keys, {});
    look.AddRoot({"/etc/letsencrypt", "", nullptr, {}});
    look.AddLineage(lineage);
    return std::move(look).Finish(ipv6_only);
  }
  ServerAccounts Accounts() { return Look().roots[0].accounts.begin()->second; }
  void AddAccount(const std::string& directory) {
    tree.Write(directory + "/private_key.json", "{" + std::string(300, 'k') + "}");
    tree.Write(directory + "/regr.json", R"({"body": {}, "uri": "https://ca/1"})");
    tree.Write(directory + "/meta.json",
               R"({"creation_dt": "2026-01-01T00:00:00Z", "creation_host": "h"})");
  }

  MachineLookTest() { lineage.has_conf = true; }
  RenewalConf& conf() { return lineage.conf.conf; }

  TemporaryTree tree;
  Lineage lineage;
  std::string forbidden;
  ReadKeys keys = ReadKeys::kNo;
  Schedule schedule;
  Ipv6OnlyLook ipv6_only;
  MountView mounts;
};

TEST_F(MachineLookTest, TellsPresentDamagedAndMissingAccounts) {
  EXPECT_TRUE(Accounts().seen) << "no directory: no account";
  EXPECT_THAT(Accounts().complete, IsEmpty());
  AddAccount(kAccounts + "good");
  AddAccount(kAccounts + "no-key");
  AddAccount(kAccounts + "empty-key");
  fs::remove(tree.Path(kAccounts + "no-key/private_key.json"));
  tree.Write(kAccounts + "empty-key/private_key.json", "");
  tree.Write(kAccounts + "stray", "a file");
  EXPECT_THAT(Accounts().complete, ElementsAre("good"));
  EXPECT_THAT(Accounts().damaged, ElementsAre("empty-key", "no-key"));
}

TEST_F(MachineLookTest, AnAccountsDirectoryThatMayNotBeListedIsUnseen) {
  AddAccount(kAccounts + "good");
  forbidden = "/" + kAccounts.substr(0, kAccounts.size() - 1);
  EXPECT_FALSE(Accounts().seen);
}

TEST_F(MachineLookTest, FindsAnAccountOfTheOlderServer) {
  AddAccount("etc/letsencrypt/accounts/acme-v01.api.letsencrypt.org/directory/old");
  EXPECT_THAT(Accounts().complete, ElementsAre("old"));
}

TEST_F(MachineLookTest, LooksAtWebrootsAndCredentials) {
  conf().webroot_map = {{"a", tree.MakeDirectory("srv/a").substr(tree.root().size())},
                        {"b", "/srv/b"},
                        {"c", "/srv/file"}};
  conf().webroot_path = {"/ignored", "/srv/last"};
  tree.Write("srv/file", "");
  conf().credentials = {{"dns_x_credentials", "/root/x.ini"}};
  tree.Write("root/x.ini", "token");
  fs::permissions(tree.Path("root/x.ini"), fs::perms{0604});
  const CertbotMachine machine = Look();
  EXPECT_EQ(machine.Fact("/srv/a").state, State::kPresent);
  EXPECT_EQ(machine.Fact("/srv/a").kind, FileKind::kDirectory);
  EXPECT_EQ(machine.Fact("/srv/b").state, State::kMissing);
  EXPECT_EQ(machine.Fact("/srv/file").kind, FileKind::kRegular);
  EXPECT_EQ(machine.Fact("/srv/last").state, State::kMissing);
  EXPECT_EQ(machine.Fact("/ignored").state, State::kUnseen) << "certbot takes the last one";
  EXPECT_EQ(machine.Fact("/root/x.ini").permissions, 0604U);
}

TEST_F(MachineLookTest, WhatASandboxHidesOrProtectsIsNotHeldAgainstTheMachine) {
  mounts = MountView(ParseMounts("20 10 0:56 / / ro - tmpfs tmpfs rw\n"
                                 "22 20 254:1 /var/www /var/www ro - ext4 /dev/vda1 rw\n"),
                     ParseMounts("96 76 254:1 / / rw - ext4 /dev/vda1 rw\n"), "/");
  tree.MakeDirectory("var/www/a");
  conf().webroot_map = {{"a", "/var/www/a"}, {"b", "/var/www/b"}, {"c", "/home/c"}};
  conf().credentials = {{"dns_x_credentials", "/root/x.ini"}};
  const CertbotMachine machine = Look();
  EXPECT_EQ(machine.Fact("/var/www/a").state, State::kPresent);
  EXPECT_EQ(machine.Fact("/var/www/b").state, State::kMissing);
  EXPECT_EQ(machine.Fact("/home/c").state, State::kUnseen);
  EXPECT_EQ(machine.Fact("/root/x.ini").state, State::kUnseen);
}

TEST_F(MachineLookTest, FindsProgramsOfHooksAsTheirShellWould) {
  tree.Write("usr/bin/reload", "");
  fs::permissions(tree.Path("usr/bin/reload"), fs::perms{0755});
  tree.Write("opt/plain", "");
  fs::permissions(tree.Path("opt/plain"), fs::perms{0644});
  conf().pre_hook = "reload nginx";
  conf().post_hook = "/opt/plain --x";
  conf().deploy_hook = "nowhere-to-be-found";
  const CertbotMachine machine = Look();
  EXPECT_EQ(machine.Fact("reload").found_at, "/usr/bin/reload");
  EXPECT_TRUE(machine.Fact("reload").is_executable());
  EXPECT_EQ(machine.Fact("/opt/plain").state, State::kPresent);
  EXPECT_FALSE(machine.Fact("/opt/plain").is_executable());
  EXPECT_EQ(machine.Fact("nowhere-to-be-found").state, State::kMissing);
}

TEST_F(MachineLookTest, DoesNotGuessWhereAHookOfARelativePathIs) {
  tree.MakeDirectory("usr/bin");
  conf().manual_auth_hook = "hooks/auth.sh";
  EXPECT_EQ(Look().Fact("hooks/auth.sh").state, State::kUnseen)
      << "nobody knows certbot's working directory";
}

TEST_F(MachineLookTest, TellsWhichFileOfAnAccountIsOfNoUse) {
  AddAccount(kAccounts + "a");
  AddAccount(kAccounts + "b");
  tree.Write(kAccounts + "b/regr.json", "{}");
  EXPECT_THAT(Accounts().complete, ElementsAre("a"));
  EXPECT_EQ(Accounts().faults.at("b"), "regr.json lacks body");
  AddAccount(kAccounts + "c");
  tree.Write(kAccounts + "c/private_key.json", std::string(200, '{'));
  EXPECT_EQ(Accounts().faults.at("c"), "private_key.json is cut off: it does not end in }");
  keys = ReadKeys::kYes;
  EXPECT_EQ(Accounts().faults.at("a"), "private_key.json is no JSON object")
      << "keys are read where that is wanted";
}

TEST_F(MachineLookTest, LooksAtTheWebServerOfAPlugin) {
  tree.Write("etc/nginx/nginx.conf", "}");
  tree.MakeDirectory("usr/sbin");
  tree.Write("bin/sh", "");
  conf().installer = "nginx";
  CertbotMachine machine = Look();
  EXPECT_EQ(machine.Fact("nginx").state, State::kMissing);
  ASSERT_TRUE(machine.web_servers.contains("nginx /etc/nginx"));
  EXPECT_FALSE(machine.web_servers["nginx /etc/nginx"]->fault.empty());
  conf().installer = "apache";
  EXPECT_THAT(Look().web_servers, IsEmpty()) << "whose defaults are Debian's is not known";
  tree.Write("etc/os-release", "ID=debian\n");
  EXPECT_TRUE(Look().web_servers.contains("apache /etc/apache2"));
}

TEST_F(MachineLookTest, WhatIsMissingInAContainerWithoutCertbotSaysNothing) {
  tree.Write(".dockerenv", "");
  tree.MakeDirectory("usr/bin");
  schedule.host.in_container = true;
  conf().webroot_path = {"/srv/a"};
  conf().pre_hook = "reload";
  EXPECT_EQ(Look().Fact("/srv/a").state, State::kUnseen);
  EXPECT_EQ(Look().Fact("reload").state, State::kUnseen);
  tree.Write("usr/bin/certbot", "");
  EXPECT_EQ(Look().Fact("/srv/a").state, State::kMissing);
}

TEST_F(MachineLookTest, LooksAtTheDirectoryOfTheVersionsForItself) {
  tree.Write("etc/letsencrypt/archive", "");
  const CertbotMachine machine = Look();
  const auto& own = machine.roots[0].own_directories;
  const auto archive = std::ranges::find(own, "/etc/letsencrypt/archive",
                                         [](const OwnDirectory& one) { return one.path; });
  ASSERT_NE(archive, own.end());
  EXPECT_EQ(archive->place.obstacle, WritePlace::Obstacle::kNotDirectory);
}

TEST_F(MachineLookTest, TellsHooksWhoseInterpreterIsGone) {
  const std::string hook = "etc/letsencrypt/renewal-hooks/deploy/reload";
  fs::permissions(tree.Write(hook, "#!/bin/gone\n"), fs::perms(0755));
  conf().pre_hook = "/" + hook;
  tree.Write("bin/sh", "");
  const CertbotMachine machine = Look();
  EXPECT_THAT(machine.roots[0].deploy_hooks.broken,
              ElementsAre("/" + hook + ", whose interpreter /bin/gone does not exist"));
  EXPECT_EQ(machine.Fact("/" + hook).missing_interpreter, "/bin/gone");
}

TEST_F(MachineLookTest, ATreeWithoutAShellSaysNothingOfPrograms) {
  const std::string hook = "etc/letsencrypt/renewal-hooks/deploy/reload";
  fs::permissions(tree.Write(hook, "#!/bin/gone\n"), fs::perms(0755));
  tree.Write("etc/nginx/nginx.conf", "}");
  conf().installer = "nginx";
  const CertbotMachine machine = Look();
  EXPECT_THAT(machine.roots[0].deploy_hooks.broken, IsEmpty());
  EXPECT_THAT(machine.web_servers, IsEmpty());
  EXPECT_EQ(machine.Fact("nginx").state, State::kUnseen);
}

TEST_F(MachineLookTest, APathWithoutPermissionIsUnseen) {
  conf().webroot_path = {"/srv/a"};
  forbidden = "/srv/a";
  EXPECT_EQ(Look().Fact("/srv/a").state, State::kUnseen);
}

TEST_F(MachineLookTest, ListsTheHooksThatCertbotRunsAndThoseItPassesOver) {
  const std::string hooks = "etc/letsencrypt/renewal-hooks/";
  for (const char* name : {"deploy/b-reload", "deploy/a-copy", "deploy/old~"})
    fs::permissions(tree.Write(hooks + name, "#!/bin/sh\n"), fs::perms(0755));
  fs::permissions(tree.Write(hooks + "deploy/forgotten", "#!/bin/sh\n"), fs::perms(0644));
  tree.MakeDirectory(hooks + "deploy/directory");
  const CertbotRoot root = Look().roots[0];
  const std::string at = "/etc/letsencrypt/renewal-hooks/deploy/";
  EXPECT_TRUE(root.deploy_hooks.seen);
  EXPECT_THAT(root.deploy_hooks.programs, ElementsAre(at + "a-copy", at + "b-reload"));
  EXPECT_THAT(root.deploy_hooks.not_executable, ElementsAre(at + "forgotten"));
  EXPECT_TRUE(root.post_hooks.seen) << "no directory: no hooks";
  EXPECT_THAT(root.post_hooks.programs, IsEmpty());
}

TEST_F(MachineLookTest, ReadsTheScriptsOfPreHooks) {
  const auto write = [this](const std::string& path, std::string_view text, unsigned mode = 0755) {
    fs::permissions(tree.Write(path, text), fs::perms(mode));
    return "/" + path;
  };
  const std::string in_conf = write("opt/stop", "#!/bin/sh\nsystemctl stop apache2\n");
  const std::string in_directory =
      write("etc/letsencrypt/renewal-hooks/pre/note", "#!/bin/sh\necho renewing\n");
  write("etc/letsencrypt/renewal-hooks/deploy/reload", "#!/bin/sh\n");
  conf().pre_hook = in_conf + " --now";
  const CertbotMachine machine = Look();
  ASSERT_THAT(machine.hook_scripts, ElementsAre(testing::Key(in_directory), testing::Key(in_conf)));
  EXPECT_THAT(machine.hook_scripts.at(in_conf).stopped, ElementsAre("apache2"));
  EXPECT_FALSE(machine.hook_scripts.at(in_directory).may_change_something());
  conf().pre_hook = write("opt/long", std::string(20'000, '#'));
  EXPECT_THAT(Look().hook_scripts, testing::SizeIs(1)) << "longer than anybody reads";
  conf().pre_hook = write("opt/plain", "exit 0\n", 0644);
  EXPECT_THAT(Look().hook_scripts, testing::SizeIs(1)) << "nothing runs it";
  ASSERT_EQ(mkfifo(tree.Path("opt/fifo").c_str(), 0755), 0);
  conf().pre_hook = "/opt/fifo";
  EXPECT_THAT(Look().hook_scripts, testing::SizeIs(1)) << "a FIFO is not opened";
  conf().pre_hook = in_conf;
  schedule.host.in_container = true;
  EXPECT_THAT(Look().hook_scripts, IsEmpty()) << "certbot may have other ones elsewhere";
}

TEST_F(MachineLookTest, NotesTheFirstLineageWithEachPreHook) {
  MachineMemory memory;
  const auto files = MakePosixFileSystem(tree.root());
  MachineLook look(*files, schedule, {}, memory, keys, {});
  look.AddRoot({"/etc/letsencrypt", "", nullptr, {}});
  for (const auto& [name, pre_hook] : std::map<std::string, std::string>{
           {"c", "exit 1"}, {"b", "exit 2"}, {"d", "exit 1"}, {"e", ""}}) {
    lineage.name = name;
    conf().pre_hook = pre_hook;
    look.AddLineage(lineage);
  }
  EXPECT_THAT(std::move(look).Finish(ipv6_only).roots[0].first_with_pre_hook,
              ElementsAre(testing::Pair("exit 1", "c"), testing::Pair("exit 2", "b")));
}

TEST_F(MachineLookTest, HooksThatMayNotBeListedAreUnseen) {
  tree.MakeDirectory("etc/letsencrypt/renewal-hooks/deploy");
  forbidden = "/etc/letsencrypt/renewal-hooks/deploy";
  EXPECT_FALSE(Look().roots[0].deploy_hooks.seen);
}

TEST_F(MachineLookTest, AConfThatCertbotNotesItsNextQuestionInTellsWhenItRan) {
  using namespace std::chrono;
  const WallTime written{sys_days{2026y / 11 / 22} + 21h};
  EXPECT_FALSE(Look().roots[0].last_asked);
  conf().ari_retry_after = "2026-11-23T03:00:00";
  lineage.conf_written = written;
  EXPECT_EQ(Look().roots[0].last_asked, written);
  lineage.conf_written = written + days{3};  // by hand, since
  EXPECT_EQ(Look().roots[0].last_asked, WallTime{sys_days{2026y / 11 / 22} + 21h});
  for (const char* text : {"2026-11-23", "2026-13-23T03:00:00", "2026-11-23T25:00:00", "soon",
                           "2026-11-2aT03:00:00", ""}) {
    conf().ari_retry_after = text;
    EXPECT_FALSE(Look().roots[0].last_asked) << text;
  }
}

}  // namespace
}  // namespace certhealth
