// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/certbot_collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/certbot_stand.h"
#include "tests/support/lineage_tree.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

const std::string kName = "example.com";

std::vector<std::string> NamesOf(const CollectorRun& run) {
  std::vector<std::string> names;
  for (const auto& bundle : run.bundles) names.push_back(bundle->name);
  return names;
}

TEST(CertbotCollector, AHealthyLineageHasItsChainConfAndVersions) {
  LineageTree tree;
  tree.AddLineage(kName, {.dns_names = {"example.com", "www.example.com"}});
  tree.Renew(kName);
  CertbotStand stand(tree);
  const CollectorRun run = stand.Look();
  EXPECT_EQ(run.collector, "certbot");
  EXPECT_THAT(run.failures, IsEmpty());
  const auto bundle = BundleNamed(run, kName);
  EXPECT_EQ(bundle->source, Source::kCertbot);
  EXPECT_THAT(bundle->failures, IsEmpty());
  ASSERT_EQ(bundle->chain.size(), 2U);
  EXPECT_THAT(bundle->chain[0]->dns_names, ElementsAre("example.com", "www.example.com"));
  EXPECT_EQ(bundle->chain[0]->not_after, tree.NotAfter(kName, 2));
  EXPECT_TRUE(bundle->chain[1]->is_ca);
  const Lineage& lineage = *bundle->lineage;
  EXPECT_TRUE(lineage.has_conf);
  EXPECT_TRUE(lineage.has_live);
  EXPECT_FALSE(lineage.conf.fault);
  EXPECT_FALSE(lineage.conf_names_other_paths);
  EXPECT_EQ(lineage.conf.conf.authenticator, "standalone");
  EXPECT_TRUE(IsSettled(lineage));
  EXPECT_EQ(lineage.archive.newest_complete, 2);
  EXPECT_EQ(lineage.archive.before_newest, 1);
  EXPECT_EQ(lineage.newest, bundle->chain[0]);
  EXPECT_TRUE(lineage.newest_saved);
  EXPECT_THAT(lineage.dropped_names, IsEmpty());
  EXPECT_EQ(lineage.key_match, KeyMatch::kNotCompared);
}

TEST(CertbotCollector, NeverReadsAKeyUnlessTold) {
  LineageTree tree;
  tree.AddLineage(kName);
  CertbotStand stand(tree);
  stand.Look();
  EXPECT_THAT(stand.broken.TakeReads(), testing::Not(testing::Contains(HasSubstr("privkey"))));

  CertbotOptions options;
  options.places = {{tree.config_dir(), std::nullopt}};
  options.keys = ReadKeys::kYes;
  CertbotStand reading(tree, options);
  EXPECT_EQ(reading.LookAtOne()->lineage->key_match, KeyMatch::kMatches);
  CertificateSpec other;
  other.key = KeyKind::kEcP384;
  tree.files().Write("etc/letsencrypt/archive/example.com/privkey1.pem",
                     MakeSelfSigned(other).private_key_pem);
  EXPECT_EQ(reading.LookAtOne()->lineage->key_match, KeyMatch::kDiffers);
}

TEST(CertbotCollector, AnArchiveNewerThanTheLinksDecidesByItsCertificate) {
  LineageTree tree;
  tree.AddLineage(kName);
  tree.WriteNextVersion(kName);
  CertbotStand stand(tree);
  const auto bundle = stand.LookAtOne();
  EXPECT_EQ(bundle->chain.front()->not_after, tree.NotAfter(kName, 1)) << "what servers read";
  EXPECT_EQ(bundle->lineage->newest->not_after, tree.NotAfter(kName, 2)) << "what certbot goes by";
  EXPECT_EQ(bundle->lineage->archive.newest_complete, 2);
  EXPECT_EQ(bundle->lineage->links[0].version, 1);
}

TEST(CertbotCollector, AnIncompleteNewerVersionDecidesNothing) {
  LineageTree tree;
  tree.AddLineage(kName);
  tree.WriteNextVersion(kName);
  fs::remove(tree.Archive(kName, "chain", 2));
  CertbotStand stand(tree);
  const auto lineage = stand.LookAtOne()->lineage;
  EXPECT_EQ(lineage->archive.newest_complete, 1);
  EXPECT_EQ(lineage->archive.newest, 2);
  EXPECT_EQ(lineage->newest->not_after, tree.NotAfter(kName, 1));
}

TEST(CertbotCollector, TellsWhatEachLinkIs) {
  LineageTree tree;
  tree.AddLineage(kName);
  fs::copy_file(fs::canonical(tree.Live(kName, "cert")), tree.files().Path("cert"));
  fs::remove(tree.Live(kName, "cert"));
  fs::rename(tree.files().Path("cert"), tree.Live(kName, "cert"));
  fs::remove(tree.Archive(kName, "privkey", 1));
  fs::remove(tree.Live(kName, "chain"));
  CertbotStand stand(tree);
  const auto bundle = stand.LookAtOne();
  const Lineage& lineage = *bundle->lineage;
  EXPECT_EQ(lineage.link(LineageFile::kCert).state, LinkState::kNotALink);
  EXPECT_EQ(lineage.link(LineageFile::kPrivkey).state, LinkState::kDangling);
  EXPECT_EQ(lineage.link(LineageFile::kChain).state, LinkState::kMissing);
  EXPECT_EQ(lineage.link(LineageFile::kFullchain).state, LinkState::kGood);
  EXPECT_EQ(bundle->chain.size(), 2U) << "what is served is still told";
}

TEST(CertbotCollector, ALinkThatLoopsIsDangling) {
  LineageTree tree;
  tree.AddLineage(kName);
  tree.files().Link("etc/letsencrypt/live/example.com/cert.pem", "cert.pem");
  CertbotStand stand(tree);
  EXPECT_EQ(stand.LookAtOne()->lineage->link(LineageFile::kCert).state, LinkState::kDangling);
}

TEST(CertbotCollector, FollowsAbsoluteLinksInsideTheRoot) {
  LineageTree tree;
  tree.AddLineage(kName);
  for (const std::string_view kind : kLineageFileNames) {
    const std::string file = std::string(kind);
    tree.files().Link("etc/letsencrypt/live/example.com/" + file + ".pem",
                      "/etc/letsencrypt/archive/example.com/" + file + "1.pem");
  }
  CertbotStand stand(tree);
  const auto bundle = stand.LookAtOne();
  EXPECT_TRUE(IsSettled(*bundle->lineage));
  EXPECT_EQ(bundle->chain.size(), 2U);
}

TEST(CertbotCollector, ReadsATreeWhereItLiesWithoutAPrefix) {
  const TemporaryTree place;
  const std::string config_dir = place.Path("le");
  // A tree whose own root is never used: its confs name the real path, as on a machine.
  LineageTree tree(config_dir);
  tree.AddLineage(kName);
  fs::rename(tree.files().Path(config_dir), config_dir);
  const auto files = MakePosixFileSystem("/");
  const FakeClock clock;
  CertificateReader certificates;
  CertbotCollector collector({*files, clock, certificates, [](auto) {}},
                             {{{config_dir, place.Path("log")}}, std::nullopt, ReadKeys::kNo});
  const CollectorRun run = collector.Look({});
  EXPECT_TRUE(IsSettled(*BundleNamed(run, kName)->lineage));
  EXPECT_FALSE(BundleNamed(run, kName)->lineage->conf_names_other_paths);
}

TEST(CertbotCollector, KeepsAConfWithoutLiveAndALiveWithoutConf) {
  LineageTree tree;
  tree.AddLineage("conf-only.example.com");
  tree.AddLineage("live-only.example.com");
  fs::remove_all(tree.At("live/conf-only.example.com"));
  fs::remove(tree.Conf("live-only.example.com"));
  CertbotStand stand(tree);
  const CollectorRun run = stand.Look();
  const auto conf_only = BundleNamed(run, "conf-only.example.com");
  EXPECT_TRUE(conf_only->lineage->has_conf);
  EXPECT_FALSE(conf_only->lineage->has_live);
  EXPECT_THAT(conf_only->chain, IsEmpty());
  const auto live_only = BundleNamed(run, "live-only.example.com");
  EXPECT_FALSE(live_only->lineage->has_conf);
  EXPECT_EQ(live_only->chain.size(), 2U);
}

TEST(CertbotCollector, IgnoresWhatCertbotIgnores) {
  LineageTree tree;
  tree.AddLineage(kName);
  tree.files().MakeDirectory("etc/letsencrypt/live/empty.example.com");
  tree.files().Write("etc/letsencrypt/live/README", "This directory contains your keys");
  tree.files().Write("etc/letsencrypt/renewal/.hidden.conf", "");
  tree.files().Write("etc/letsencrypt/renewal/example.com.conf.bak", "");
  tree.files().MakeDirectory("etc/letsencrypt/live/.hidden");
  CertbotStand stand(tree);
  EXPECT_THAT(NamesOf(stand.Look()), ElementsAre(kName));
}

TEST(CertbotCollector, AMissingLiveDirectoryLeavesTheConfs) {
  LineageTree tree;
  tree.AddLineage(kName);
  fs::remove_all(tree.At("live"));
  CertbotStand stand(tree);
  const CollectorRun run = stand.Look();
  EXPECT_THAT(run.failures, IsEmpty());
  EXPECT_EQ(BundleNamed(run, kName)->lineage->links[0].state, LinkState::kMissing);
}

TEST(CertbotCollector, ACopiedConfNamesTheOtherLineagesFiles) {
  LineageTree tree;
  tree.AddLineage(kName);
  fs::copy_file(tree.Conf(kName), tree.Conf("copied"));
  CertbotStand stand(tree);
  const CollectorRun run = stand.Look();
  const auto copied = BundleNamed(run, "copied");
  EXPECT_TRUE(copied->lineage->conf_names_other_paths);
  EXPECT_EQ(copied->lineage->links[0].path, "/etc/letsencrypt/live/example.com/cert.pem");
  EXPECT_EQ(copied->chain, BundleNamed(run, kName)->chain) << "what certbot would renew";
}

TEST(CertbotCollector, TellsTheNamesThatANewVersionLacks) {
  LineageTree tree;
  tree.AddLineage(kName, {.dns_names = {"a.example.com", "b.example.com", "c.example.com"}});
  tree.Renew(kName);
  CertificateSpec fewer;
  fewer.dns_names = {"c.example.com", "new.example.com"};
  const std::string cert = MakeIssuedBy(tree.issuer(), fewer).pem;
  tree.files().Write("etc/letsencrypt/archive/example.com/cert2.pem", cert);
  tree.files().Write("etc/letsencrypt/archive/example.com/fullchain2.pem",
                     cert + tree.issuer().pem);
  CertbotStand stand(tree);
  EXPECT_THAT(stand.LookAtOne()->lineage->dropped_names,
              ElementsAre("a.example.com", "b.example.com"));
}

TEST(CertbotCollector, CountsThePreviousLinksThatWereLeft) {
  for (std::size_t left = 1; left <= 4; ++left) {
    LineageTree tree;
    tree.AddLineage(kName);
    for (std::size_t i = 0; i < left; ++i) {
      const std::string kind(kLineageFileNames[i]);
      fs::create_symlink("../../archive/example.com/" + kind + "1.pem",
                         tree.Live(kName, "previous_" + kind));
    }
    CertbotStand stand(tree);
    EXPECT_EQ(stand.LookAtOne()->lineage->previous_links, static_cast<int>(left));
  }
}

TEST(CertbotCollector, ComparesFullchainWithItsParts) {
  LineageTree tree;
  tree.AddLineage(kName);
  tree.AddLineage("other.example.com");
  const std::string fullchain = "etc/letsencrypt/archive/example.com/fullchain1.pem";
  const auto state = [&] {
    CertbotStand stand(tree);
    return BundleNamed(stand.Look(), kName)->lineage->fullchain;
  };
  const std::string leaf = tree.Leaf(kName, 1).pem;
  const std::string chain = tree.issuer().pem;
  tree.files().Write(fullchain, "with text\n" + leaf + "\r\n" + chain);
  EXPECT_EQ(state(), FullchainState::kConsistent) << "the same certificates, other bytes";
  tree.files().Write(fullchain, tree.Leaf("other.example.com", 1).pem + chain);
  EXPECT_EQ(state(), FullchainState::kOtherLeaf);
  tree.files().Write(fullchain, leaf);
  EXPECT_EQ(state(), FullchainState::kOtherChain);
}

TEST(CertbotCollector, TellsAnExposedKeyByModesOfFileAndDirectories) {
  LineageTree tree;
  tree.AddLineage(kName);
  const std::string key = tree.Archive(kName, "privkey", 1);
  const auto exposure = [&] {
    CertbotStand stand(tree);
    return stand.LookAtOne()->lineage->key;
  };
  EXPECT_TRUE(exposure().seen);
  EXPECT_EQ(exposure().permissions, 0600U);
  EXPECT_FALSE(exposure().readable_by_all);
  fs::permissions(key, fs::perms{0644});
  EXPECT_FALSE(exposure().readable_by_all) << "archive/ is closed";
  fs::permissions(tree.At("archive"), fs::perms{0755});
  EXPECT_TRUE(exposure().readable_by_all);
  fs::permissions(key, fs::perms{0640});
  EXPECT_FALSE(exposure().readable_by_all);
}

TEST(CertbotCollector, AKeyElsewhereIsJudgedByEveryDirectoryAboveIt) {
  LineageTree tree;
  tree.AddLineage(kName);
  const TemporaryTree& files = tree.files();
  files.Write("k/privkey1.pem", "key");
  fs::permissions(files.Path("k/privkey1.pem"), fs::perms{0644});
  fs::permissions(files.Path("k"), fs::perms{0700});
  files.Link("etc/letsencrypt/live/example.com/privkey.pem", "/k/privkey1.pem");
  {
    CertbotStand stand(tree);
    EXPECT_FALSE(stand.LookAtOne()->lineage->key.readable_by_all);
  }
  fs::permissions(files.Path("k"), fs::perms{0755});
  fs::permissions(files.root(), fs::perms{0755});
  CertbotStand stand(tree);
  EXPECT_TRUE(stand.LookAtOne()->lineage->key.readable_by_all);
}

TEST(CertbotCollector, GivesLineagesOfOneNameInTwoPlacesDistinctLabels) {
  LineageTree tree;
  tree.AddLineage(kName);
  tree.files().MakeDirectory("srv");
  fs::copy(tree.files().Path("etc/letsencrypt"), tree.files().Path("srv/\xff"),
           fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  CertbotOptions options;
  options.places = {{"/etc/letsencrypt", std::nullopt}, {"/srv/\xff", std::nullopt}};
  CertbotStand stand(tree, options);
  const CollectorRun run = stand.Look();
  EXPECT_THAT(NamesOf(run), ElementsAre("example.com", "example.com (/srv/\xEF\xBF\xBD)"));
  EXPECT_EQ(BundleNamed(run, kName)->lineage->root, 0U);
  EXPECT_EQ(run.certbot->roots.size(), 2U);
  EXPECT_THAT(NamesOf(stand.Look()), ElementsAre("example.com", "example.com (/srv/\xEF\xBF\xBD)"));
}

}  // namespace
}  // namespace certhealth
