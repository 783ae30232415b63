// SPDX-License-Identifier: Apache-2.0
// certbot renews while the collector looks: in the middle nothing may be raised and nothing lost,
// and what stays half done must be told.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/certbot_stand.h"
#include "tests/support/lineage_tree.h"

namespace certhealth {
namespace {

using std::chrono::seconds;

const std::string kName = "example.com";

TEST(CertbotSwap, AKnownLineageIsSettledAfterEverySystemCallOfARenewal) {
  LineageTree tree;
  tree.AddLineage(kName);
  CertbotStand stand(tree);
  stand.SetClockToFiles();
  stand.LookAtOne();
  for (const auto& step : tree.StepsOfRenewal(kName)) {
    step();
    stand.SetClockToFiles();
    const auto bundle = stand.LookAtOne();
    EXPECT_TRUE(IsSettled(*bundle->lineage));
    ASSERT_FALSE(bundle->chain.empty());
    EXPECT_THAT(bundle->chain.front()->not_after,
                testing::AnyOf(tree.NotAfter(kName, 1), tree.NotAfter(kName, 2)));
  }
  EXPECT_EQ(stand.LookAtOne()->chain.front()->not_after, tree.NotAfter(kName, 2));
}

TEST(CertbotSwap, AFirstLookInTheMiddleWaitsUntilTheRenewalIsOver) {
  const std::size_t count = [] {
    LineageTree tree;
    tree.AddLineage(kName);
    return tree.StepsOfRenewal(kName).size();
  }();
  for (std::size_t done = 1; done < count; ++done) {
    LineageTree tree;
    tree.AddLineage(kName);
    const auto steps = tree.StepsOfRenewal(kName);
    for (std::size_t i = 0; i < done; ++i) steps[i]();
    // Whatever the links were made for, they are old; what moves now is the archive at first.
    CertbotStand stand(tree);
    stand.SetClockToFiles();
    std::size_t next = done;
    stand.on_pause = [&] {
      for (; next < steps.size(); ++next) steps[next]();
    };
    const auto bundle = stand.LookAtOne();
    EXPECT_TRUE(IsSettled(*bundle->lineage)) << "after " << done << " steps";
    ASSERT_FALSE(bundle->chain.empty()) << "after " << done << " steps";
    EXPECT_EQ(bundle->chain.front()->not_after, tree.NotAfter(kName, 2));
  }
}

TEST(CertbotSwap, AFirstLookWaitsForAsLongAsTheLineageIsSeenToChange) {
  LineageTree tree;
  tree.AddLineage(kName);
  const auto steps = tree.StepsOfRenewal(kName);
  std::size_t next = kStepsUntilPreviousLinks;
  for (std::size_t i = 0; i < next; ++i) steps[i]();
  CertbotStand stand(tree);
  stand.SetClockToFiles();
  stand.on_pause = [&] {
    if (next < steps.size()) steps[next++]();
  };
  EXPECT_TRUE(IsSettled(*stand.LookAtOne()->lineage)) << next << " of " << steps.size() << " steps";
  EXPECT_GT(stand.pauses.size(), 6U);
}

TEST(CertbotSwap, AFirstLookBetweenArchiveAndLinksIsReadAgainThoughLiveIsOld) {
  LineageTree tree;
  tree.AddLineage(kName);
  const auto steps = tree.StepsOfRenewal(kName);
  for (std::size_t i = 0; i < kStepsUntilConfIsWritten; ++i) steps[i]();
  const timespec old[2] = {{1'700'000'000, 0}, {1'700'000'000, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, tree.At("live/" + kName).c_str(), old, 0), 0);
  CertbotStand stand(tree);
  stand.SetClockToFiles();
  std::size_t next = kStepsUntilConfIsWritten;
  stand.on_pause = [&] {
    for (; next < steps.size(); ++next) steps[next]();
  };
  EXPECT_EQ(stand.LookAtOne()->lineage->links[0].version, 2);
}

TEST(CertbotSwap, AFirstIssueInTheMiddleIsReadAgainUntilItIsThere) {
  LineageTree tree;
  tree.AddLineage(kName);
  // As certbot goes about it: an empty conf, four links, then what they lead to.
  const std::string fullchain = tree.Archive(kName, "fullchain", 1);
  const std::string chain = tree.Archive(kName, "chain", 1);
  std::filesystem::rename(fullchain, tree.files().Path("aside.fullchain"));
  std::filesystem::rename(chain, tree.files().Path("aside.chain"));
  std::filesystem::rename(tree.Conf(kName), tree.files().Path("aside.conf"));
  tree.files().Write("etc/letsencrypt/renewal/" + kName + ".conf", "");
  CertbotStand stand(tree);
  stand.SetClockToFiles();
  stand.on_pause = [&] {
    if (stand.pauses.size() == 1) {
      std::filesystem::rename(tree.files().Path("aside.chain"), chain);
      std::filesystem::rename(tree.files().Path("aside.fullchain"), fullchain);
    } else if (stand.pauses.size() == 2) {
      std::filesystem::rename(tree.files().Path("aside.conf"), tree.Conf(kName));
    }
  };
  const auto bundle = stand.LookAtOne();
  EXPECT_TRUE(IsSettled(*bundle->lineage));
  EXPECT_FALSE(bundle->lineage->conf.fault);
  EXPECT_EQ(stand.pauses.size(), 2U);
}

TEST(CertbotSwap, ASwapThatStaysHalfDoneIsToldOnceItIsOld) {
  LineageTree tree;
  tree.AddLineage(kName);
  CertbotStand stand(tree);
  stand.SetClockToFiles();
  const auto before = stand.LookAtOne();
  const auto steps = tree.StepsOfRenewal(kName);
  for (std::size_t i = 0; i < kStepsUntilPreviousLinks + 3; ++i) steps[i]();
  stand.SetClockToFiles();
  EXPECT_TRUE(IsSettled(*stand.LookAtOne()->lineage)) << "while it may still be under way";
  stand.clock.Advance(seconds{10});
  const auto after = stand.LookAtOne();
  EXPECT_EQ(after->lineage->previous_links, 4);
  EXPECT_EQ(after->lineage->link(LineageFile::kCert).version, 2);
  EXPECT_EQ(after->lineage->link(LineageFile::kPrivkey).state, LinkState::kMissing);
  EXPECT_EQ(after->lineage->link(LineageFile::kFullchain).version, 1);
}

TEST(CertbotSwap, AHalfDoneOneIsToldThoughItsFilesAreOfTheFuture) {
  LineageTree tree;
  tree.AddLineage(kName);
  CertbotStand stand(tree);
  stand.SetClockToFiles();
  stand.LookAtOne();
  const auto steps = tree.StepsOfRenewal(kName);
  for (std::size_t i = 0; i < kStepsUntilPreviousLinks + 3; ++i) steps[i]();
  stand.clock.Set(SystemClock().Now() - std::chrono::days{365});
  EXPECT_EQ(stand.LookAtOne()->lineage->previous_links, 4);
}

TEST(CertbotSwap, AManyTornMachineIsLookedAtWithinItsPatience) {
  LineageTree tree;
  for (int i = 0; i < 30; ++i) {
    const std::string name = "torn-" + std::to_string(i) + ".example.com";
    tree.AddLineage(name);
    std::filesystem::remove(tree.Live(name, "cert"));
  }
  CertbotStand stand(tree);
  stand.SetClockToFiles();
  EXPECT_EQ(stand.Look().bundles.size(), 30U);
  std::chrono::milliseconds waited{};
  for (const auto pause : stand.pauses) waited += pause;
  EXPECT_LE(waited, seconds{2});
  EXPECT_GT(waited, seconds{1});
}

TEST(CertbotSwap, ALineageLongTornIsNotWaitedFor) {
  LineageTree tree;
  tree.AddLineage(kName);
  std::filesystem::remove(tree.Live(kName, "cert"));
  CertbotStand stand(tree);  // its clock is long after
  EXPECT_EQ(stand.LookAtOne()->lineage->link(LineageFile::kCert).state, LinkState::kMissing);
  EXPECT_THAT(stand.pauses, testing::IsEmpty());
}

TEST(CertbotSwap, AnUnchangedLineageIsNotReadAgain) {
  LineageTree tree;
  tree.AddLineage(kName);
  tree.Renew(kName);
  CertbotStand stand(tree);
  const auto first = stand.LookAtOne();
  EXPECT_THAT(stand.broken.TakeReads(), testing::Contains(testing::EndsWith("fullchain2.pem")));
  for (int look = 0; look < 25; ++look) {  // the thorough ones among them
    EXPECT_EQ(stand.LookAtOne(), first);
    EXPECT_THAT(stand.broken.TakeReads(),
                testing::Not(testing::Contains(testing::HasSubstr(kName))));
  }
}

TEST(CertbotSwap, ARenewalIsNoticedAndOneLineageIsRead) {
  LineageTree tree;
  tree.AddLineage(kName);
  tree.AddLineage("other.example.com");
  CertbotStand stand(tree);
  const auto other = BundleNamed(stand.Look(), "other.example.com");
  stand.broken.TakeReads();
  tree.Renew(kName);
  const CollectorRun run = stand.Look();
  EXPECT_EQ(BundleNamed(run, kName)->chain.front()->not_after, tree.NotAfter(kName, 2));
  EXPECT_EQ(BundleNamed(run, "other.example.com"), other);
  EXPECT_THAT(stand.broken.TakeReads(),
              testing::Not(testing::Contains(testing::HasSubstr("other.example.com"))));
}

TEST(CertbotSwap, AChangeWithinTheTickOfTheFirstLookIsNotMissed) {
  LineageTree tree;
  tree.AddLineage(kName);
  CertbotStand stand(tree);
  stand.SetClockToFiles();
  stand.LookAtOne();
  // Rewritten in place with as many bytes and the old mtime: were the reading relied upon at once,
  // a coarse clock could make the identity the same.
  stand.broken.TakeReads();
  stand.LookAtOne();
  EXPECT_THAT(stand.broken.TakeReads(), testing::Contains(testing::EndsWith("fullchain1.pem")));
  stand.clock.Advance(seconds{3});
  stand.LookAtOne();
  stand.broken.TakeReads();
  stand.LookAtOne();
  EXPECT_THAT(stand.broken.TakeReads(),
              testing::Not(testing::Contains(testing::EndsWith("fullchain1.pem"))));
}

TEST(CertbotSwap, ACertRewrittenInPlaceIsNoticedWithinTenLooks) {
  LineageTree tree;
  tree.AddLineage(kName);
  tree.AddLineage("other.example.com");
  CertbotStand stand(tree);
  EXPECT_EQ(BundleNamed(stand.Look(), kName)->lineage->fullchain, FullchainState::kConsistent);
  std::filesystem::copy_file(tree.Archive("other.example.com", "cert", 1),
                             tree.Archive(kName, "cert", 1),
                             std::filesystem::copy_options::overwrite_existing);
  FullchainState seen = FullchainState::kConsistent;
  for (int look = 0; look < 10; ++look) seen = BundleNamed(stand.Look(), kName)->lineage->fullchain;
  EXPECT_EQ(seen, FullchainState::kOtherLeaf);
}

TEST(CertbotSwap, ADeletedLineageIsGoneAtTheNextLook) {
  LineageTree tree;
  tree.AddLineage(kName);
  CertbotStand stand(tree);
  stand.LookAtOne();
  for (const char* folder : {"live/", "archive/"})
    std::filesystem::remove_all(tree.At(folder + kName));
  std::filesystem::remove(tree.Conf(kName));
  EXPECT_THAT(stand.Look().bundles, testing::IsEmpty());
}

}  // namespace
}  // namespace certhealth
