// SPDX-License-Identifier: Apache-2.0
// What a look may pass over because it did not change, and what it must not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "collectors/certbot/lineage_identity.h"
#include "tests/support/certbot_stand.h"
#include "tests/support/lineage_tree.h"

namespace certhealth {
namespace {

namespace fs = std::filesystem;
const std::string kName = "example.com";

TEST(LineageIdentity, SeesWhateverOfItsPathsChanges) {
  const TemporaryTree tree;
  const auto files = MakePosixFileSystem("/");
  const std::vector<std::string> paths = {tree.Write("live/a", "1"), tree.Write("live/ab", "1"),
                                          tree.Write("b", "1"), tree.Path("not/there")};
  for (std::size_t changed = 0; changed < paths.size(); ++changed) {
    std::vector<WatchedPath> always;
    for (const std::string& path : paths) always.emplace_back(path, files->Status(path));
    const std::vector<WatchedPath> rarely = {always.back()};
    always.pop_back();
    const LineageIdentity identity(always, rarely);
    ASSERT_TRUE(identity.IsUnchangedThroughout(*files));
    const bool is_rare = changed + 1 == paths.size();
    tree.Write(fs::relative(paths[changed], tree.root()).string(), "a longer text");
    EXPECT_EQ(identity.IsUnchanged(*files), is_rare) << paths[changed];
    EXPECT_FALSE(identity.IsUnchangedThroughout(*files)) << paths[changed];
    tree.Write(fs::relative(paths[changed], tree.root()).string(), "1");
    if (is_rare) fs::remove(paths[changed]);
  }
}

TEST(CertbotUnchanged, AKeyThatIsOpenedToAllIsNoticed) {
  LineageTree tree;
  tree.AddLineage(kName);
  CertbotStand stand(tree);
  EXPECT_FALSE(stand.LookAtOne()->lineage->key.readable_by_all);
  fs::permissions(tree.Archive(kName, "privkey", 1), fs::perms{0644});
  EXPECT_FALSE(stand.LookAtOne()->lineage->key.readable_by_all) << "archive/ is closed";
  fs::permissions(tree.At("archive"), fs::perms{0755});
  EXPECT_TRUE(stand.LookAtOne()->lineage->key.readable_by_all) << "by the directory above alone";
}

TEST(CertbotUnchanged, LinksThatLieElsewhereAreWatchedThere) {
  LineageTree tree;
  tree.AddLineage(kName);
  tree.WriteNextVersion(kName);
  fs::rename(tree.At("live/" + kName), tree.At("moved"));
  std::string conf = tree.ConfText(kName, {});
  for (std::size_t at = 0; (at = conf.find("live/" + kName, at)) != std::string::npos;)
    conf.replace(at, 5 + kName.size(), "moved");
  tree.files().Write("etc/letsencrypt/renewal/" + kName + ".conf", conf);
  // The targets lie two directories down from where the links were.
  const auto link = [&](int version) {
    for (const std::string_view kind : kLineageFileNames) {
      const std::string path = "etc/letsencrypt/moved/" + std::string(kind) + ".pem";
      fs::remove(tree.files().Path(path));
      tree.files().Link(path, "/etc/letsencrypt/archive/" + kName + "/" + std::string(kind) +
                                  std::to_string(version) + ".pem");
    }
  };
  link(1);
  CertbotStand stand(tree);
  EXPECT_EQ(stand.LookAtOne()->lineage->links[0].version, 1);
  link(2);
  EXPECT_EQ(stand.LookAtOne()->lineage->links[0].version, 2);
}

TEST(CertbotUnchanged, ALineageThatComesOrGoesLeavesTheOthersAlone) {
  LineageTree tree;
  for (const char* name : {"b.example.com", "d.example.com"}) tree.AddLineage(name);
  CertbotStand stand(tree);
  const CollectorRun first = stand.Look();
  stand.broken.TakeReads();
  tree.AddLineage("c.example.com");
  const CollectorRun second = stand.Look();
  ASSERT_EQ(second.bundles.size(), 3U);
  EXPECT_EQ(second.bundles[0], first.bundles[0]);
  EXPECT_EQ(second.bundles[2], first.bundles[1]);
  for (const std::string& read : stand.broken.TakeReads()) {
    EXPECT_THAT(read, testing::Not(testing::HasSubstr("b.example.com")));
    EXPECT_THAT(read, testing::Not(testing::HasSubstr("d.example.com")));
  }
}

TEST(CertbotUnchanged, ALabelThatIsFreeAgainGoesToWhoIsLeft) {
  LineageTree tree;
  tree.AddLineage(kName);
  tree.files().MakeDirectory("srv");
  const fs::path other = tree.files().Path("srv/le");
  fs::copy(tree.files().Path("etc/letsencrypt"), other,
           fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  CertbotOptions options;
  options.places = {{"/etc/letsencrypt", std::nullopt}, {"/srv/le", std::nullopt}};
  CertbotStand stand(tree, options);
  EXPECT_EQ(stand.Look().bundles[1]->name, kName + " (/srv/le)");
  fs::remove_all(tree.At("live/" + kName));
  fs::remove(tree.Conf(kName));
  const CollectorRun run = stand.Look();
  ASSERT_EQ(run.bundles.size(), 1U);
  EXPECT_EQ(run.bundles[0]->name, kName);
  EXPECT_EQ(run.bundles[0]->lineage->root, 1U);
}

TEST(CertbotUnchanged, APlaceThatGoesTakesItsNumberAlong) {
  LineageTree tree;
  tree.AddLineage(kName);
  const fs::path usual = tree.files().Path("etc/letsencrypt");
  const fs::path port = tree.files().Path("usr/local/etc/letsencrypt");
  tree.files().MakeDirectory("usr/local/etc");
  fs::copy(usual, port, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  const FakeClock clock;
  const auto files = MakePosixFileSystem(tree.root());
  CertificateReader certificates;
  CertbotCollector collector({*files, clock, certificates, [](auto) {}}, {});
  EXPECT_EQ(collector.Look({}).bundles.size(), 2U);
  fs::remove_all(usual);
  const CollectorRun run = collector.Look({});
  ASSERT_EQ(run.bundles.size(), 1U);
  EXPECT_EQ(run.bundles[0]->lineage->root, 0U) << "the only one there is now";
  EXPECT_EQ(run.certbot->roots.size(), 1U);
}

}  // namespace
}  // namespace certhealth
