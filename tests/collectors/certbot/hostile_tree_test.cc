// SPDX-License-Identifier: Apache-2.0
// Whatever lies below the configuration directory: it is named, it blocks nothing, and nothing
// beside it is lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "collectors/base/utf8.h"
#include "tests/support/certbot_stand.h"
#include "tests/support/lineage_tree.h"

namespace certhealth {
namespace {

using testing::IsEmpty;
namespace fs = std::filesystem;

const std::string kBad = "bad.example.com";
const std::string kGood = "good.example.com";

class HostileTree : public testing::Test {
 protected:
  HostileTree() {
    tree.AddLineage(kBad);
    tree.AddLineage(kGood);
  }

  /// The bad lineage of a look at the tree as it is now; the good one beside it is unharmed.
  std::shared_ptr<const Bundle> Look() {
    CertbotStand stand(tree);
    last = stand.Look();
    const auto good = BundleNamed(last, kGood);
    EXPECT_TRUE(IsSettled(*good->lineage));
    EXPECT_EQ(good->chain.size(), 2U);
    EXPECT_THAT(good->failures, IsEmpty());
    return BundleNamed(last, kBad);
  }

  LineageTree tree;
  CollectorRun last;
};

TEST_F(HostileTree, AFifoNamedFullchainIsNamedAndNotOpened) {
  const std::string path = tree.Archive(kBad, "fullchain", 1);
  fs::remove(path);
  ASSERT_EQ(mkfifo(path.c_str(), 0644), 0);
  const auto bundle = Look();
  ASSERT_FALSE(bundle->failures.empty());
  EXPECT_EQ(bundle->failures.front().reason, Reason::kNotRegular);
  EXPECT_THAT(bundle->chain, IsEmpty());
}

TEST_F(HostileTree, AFifoInTheLinksPlaceIsNoLink) {
  fs::remove(tree.Live(kBad, "fullchain"));
  ASSERT_EQ(mkfifo(tree.Live(kBad, "fullchain").c_str(), 0644), 0);
  const auto bundle = Look();
  EXPECT_EQ(bundle->lineage->link(LineageFile::kFullchain).state, LinkState::kNotALink);
  EXPECT_EQ(bundle->failures.front().reason, Reason::kNotRegular);
}

TEST_F(HostileTree, AFifoAsConfIsAConfThatCannotBeRead) {
  fs::remove(tree.Conf(kBad));
  ASSERT_EQ(mkfifo(tree.Conf(kBad).c_str(), 0644), 0);
  const auto bundle = Look();
  EXPECT_TRUE(bundle->lineage->has_conf);
  ASSERT_TRUE(bundle->lineage->conf_failure);
  EXPECT_EQ(bundle->lineage->conf_failure->reason, Reason::kNotRegular);
  EXPECT_EQ(bundle->chain.size(), 2U);
}

TEST_F(HostileTree, ALinkToAnEndlessDeviceIsNotRead) {
  tree.files().Link("etc/letsencrypt/live/" + kBad + "/cert.pem", "/dev/zero");
  ASSERT_EQ(fs::exists("/dev/zero"), true);
  fs::create_directories(tree.files().Path("dev"));
  // Inside the root there is no /dev/zero: a device cannot be made without privilege, so the same
  // is looked at without a prefix, too.
  EXPECT_EQ(Look()->lineage->link(LineageFile::kCert).state, LinkState::kDangling);

  const auto files = MakePosixFileSystem("/");
  const FakeClock clock;
  CertificateReader certificates;
  const std::string config_dir = tree.files().Path("etc/letsencrypt");
  CertbotCollector collector(
      {*files, clock, certificates, [](auto) {}},
      {{{config_dir, tree.files().Path("log")}}, std::nullopt, ReadKeys::kNo});
  const auto bundle = BundleNamed(collector.Look({}), kBad);
  ASSERT_TRUE(bundle->lineage->cert_failure);
  EXPECT_EQ(bundle->lineage->cert_failure->reason, Reason::kNotRegular);
  EXPECT_EQ(bundle->chain.size(), 2U) << "of fullchain";
}

TEST_F(HostileTree, AHugeConfIsNotRead) {
  tree.files().Write("etc/letsencrypt/renewal/" + kBad + ".conf", std::string(2U << 20U, '#'));
  const auto bundle = Look();
  ASSERT_TRUE(bundle->lineage->conf_failure);
  EXPECT_EQ(bundle->lineage->conf_failure->reason, Reason::kTooLarge);
}

TEST_F(HostileTree, ADirectoryNamedLikeAConfIsAConfThatCannotBeRead) {
  tree.files().MakeDirectory("etc/letsencrypt/renewal/folder.conf");
  Look();
  const auto folder = BundleNamed(last, "folder");
  ASSERT_TRUE(folder->lineage->conf_failure);
  EXPECT_EQ(folder->lineage->conf_failure->reason, Reason::kNotRegular);
}

TEST_F(HostileTree, AnEmptyConfHasAFault) {
  tree.files().Write("etc/letsencrypt/renewal/" + kBad + ".conf", "");
  const auto bundle = Look();
  EXPECT_FALSE(bundle->lineage->conf_failure);
  EXPECT_EQ(bundle->lineage->conf.fault, ConfFault::kMissingPath);
  EXPECT_EQ(bundle->chain.size(), 2U);
}

TEST_F(HostileTree, EmptyAndTornCertificatesAreNamed) {
  tree.files().Write("etc/letsencrypt/archive/" + kBad + "/fullchain1.pem", "");
  auto bundle = Look();
  ASSERT_FALSE(bundle->failures.empty());
  EXPECT_EQ(bundle->failures.front().reason, Reason::kNoCertificate);
  EXPECT_FALSE(bundle->lineage->cert_failure) << "cert.pem itself is good";

  const std::string pem = tree.Leaf(kBad, 1).pem;
  tree.files().Write("etc/letsencrypt/archive/" + kBad + "/cert1.pem", pem.substr(0, 200));
  bundle = Look();
  EXPECT_TRUE(bundle->lineage->cert_failure);
}

TEST_F(HostileTree, AHugeCertificateFileIsNotRead) {
  tree.files().Write("etc/letsencrypt/archive/" + kBad + "/fullchain1.pem",
                     std::string(2U << 20U, '\n'));
  EXPECT_EQ(Look()->failures.front().reason, Reason::kTooLarge);
}

TEST_F(HostileTree, NamesThatAreNotTextGetLabelsThatAre) {
  for (const std::string name : {"\xff\xfe", "\xfe\xff", "caf\xe9"})
    tree.AddLineage(name, {.dns_names = {"x.example"}});
  Look();
  std::set<std::string> labels;
  for (const auto& bundle : last.bundles) {
    EXPECT_EQ(ToValidUtf8(bundle->name), bundle->name);
    labels.insert(bundle->name);
    EXPECT_EQ(bundle->chain.size(), 2U) << bundle->name;
  }
  EXPECT_EQ(labels.size(), 5U);
}

TEST_F(HostileTree, ThousandsOfNamesThatLookAlikeTakeNoTimeToTellApart) {
  // Four bytes that are no text, in 128^2 ways: all look the same. A label of one more mark for
  // each took minutes here.
  for (int i = 0; i < 6000; ++i) {
    std::string name = "\x80\x80\x80\x80";
    name[1] = static_cast<char>(0x80 + i % 64);
    name[2] = static_cast<char>(0x80 + i / 64);
    tree.files().Write("etc/letsencrypt/renewal/" + name + ".conf", "");
  }
  Look();
  std::set<std::string> labels;
  std::size_t longest = 0;
  for (const auto& bundle : last.bundles) {
    labels.insert(bundle->name);
    longest = std::max(longest, bundle->name.size());
  }
  EXPECT_EQ(labels.size(), last.bundles.size());
  EXPECT_LT(longest, 100U);
}

TEST_F(HostileTree, WithoutPermissionItSaysSoAndKnowsNothing) {
  CertbotStand stand(tree);
  const std::string config_dir = tree.config_dir();
  const std::string live = config_dir + "/live";
  stand.broken.Break(live, Reason::kPermissionDenied);
  stand.broken.Break(live + "/" + kBad, Reason::kPermissionDenied);
  for (const std::string_view kind : kLineageFileNames) {
    for (const std::string prefix : {"", "previous_"}) {
      stand.broken.Break(live + "/" + kBad + "/" + prefix + std::string(kind) + ".pem",
                         Reason::kPermissionDenied);
    }
  }
  stand.broken.Break(config_dir + "/archive/" + kBad, Reason::kPermissionDenied);
  const CollectorRun run = stand.Look();
  ASSERT_EQ(run.failures.size(), 1U);
  EXPECT_EQ(run.failures.front().reason, Reason::kPermissionDenied);
  const auto bundle = BundleNamed(run, kBad);
  EXPECT_THAT(bundle->chain, IsEmpty());
  ASSERT_FALSE(bundle->failures.empty()) << "it has to say why there is nothing";
  EXPECT_EQ(bundle->failures.front().reason, Reason::kPermissionDenied);
  for (const LineageLink& link : bundle->lineage->links) EXPECT_EQ(link.state, LinkState::kUnseen);
  EXPECT_FALSE(bundle->lineage->archive.seen);
  EXPECT_FALSE(bundle->lineage->key.seen);
  EXPECT_EQ(BundleNamed(run, kGood)->chain.size(), 2U);
}

TEST_F(HostileTree, AConfWithoutPermissionLeavesTheCertificate) {
  CertbotStand stand(tree);
  const std::string conf = tree.config_dir() + "/renewal/" + kBad + ".conf";
  stand.broken.Break(conf, Reason::kPermissionDenied);
  const auto bundle = BundleNamed(stand.Look(), kBad);
  ASSERT_TRUE(bundle->lineage->conf_failure);
  EXPECT_EQ(bundle->lineage->conf_failure->reason, Reason::kPermissionDenied);
  EXPECT_EQ(bundle->chain.size(), 2U);
  stand.broken.Mend(conf);
  EXPECT_FALSE(BundleNamed(stand.Look(), kBad)->lineage->conf_failure) << "once it may be read";
}

TEST_F(HostileTree, ARenewalDirectoryThatFailsIsAFailureOfTheWholeLook) {
  CertbotStand stand(tree);
  stand.broken.Break(tree.config_dir() + "/renewal", Reason::kReadFailed);
  const CollectorRun run = stand.Look();
  EXPECT_EQ(run.failures.size(), 1U);
  EXPECT_EQ(run.bundles.size(), 2U) << "live/ still names them";
}

}  // namespace
}  // namespace certhealth
