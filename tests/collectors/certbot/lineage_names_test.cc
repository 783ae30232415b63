// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/lineage_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/broken_file_system.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Outcome = LineageNames::Outcome;

class LineageNamesTest : public testing::Test {
 protected:
  LineageNamesTest() : files_(MakePosixFileSystem(tree_.root())), broken_(*files_) {
    tree_.Write("renewal/b.conf", "");
    tree_.MakeDirectory("live/a");
    tree_.MakeDirectory("live/b");
    clock_.Set(SystemClock().Now() + std::chrono::hours{1});
  }

  Outcome Look() { return names_.Look(broken_, clock_, ""); }

  TemporaryTree tree_;
  std::unique_ptr<FileSystem> files_;
  BrokenFileSystem broken_;
  FakeClock clock_;
  LineageNames names_;
};

TEST_F(LineageNamesTest, AreListedOnceWhileTheDirectoriesStay) {
  EXPECT_EQ(Look(), Outcome::kListed);
  EXPECT_THAT(names_.names(), ElementsAre("a", "b"));
  EXPECT_EQ(Look(), Outcome::kAsBefore);
  EXPECT_THAT(names_.names(), ElementsAre("a", "b"));
}

TEST_F(LineageNamesTest, AreListedAgainWhenEitherDirectoryChanges) {
  Look();
  tree_.Write("renewal/c.conf", "");
  EXPECT_EQ(Look(), Outcome::kListed);
  EXPECT_THAT(names_.names(), ElementsAre("a", "b", "c"));
  std::filesystem::remove(tree_.Path("live/a"));
  EXPECT_EQ(Look(), Outcome::kListed);
  EXPECT_THAT(names_.names(), ElementsAre("b", "c"));
}

TEST_F(LineageNamesTest, OfADirectoryThatChangedJustNowAreNotReliedUpon) {
  clock_.Set(files_->Status("/live")->modified());
  Look();
  EXPECT_EQ(Look(), Outcome::kListed) << "what came within the same tick left no trace";
  clock_.Advance(std::chrono::seconds{10});
  Look();
  EXPECT_EQ(Look(), Outcome::kAsBefore);
}

TEST_F(LineageNamesTest, FollowWhatALinkInLiveLeadsTo) {
  tree_.Link("live/linked", "/elsewhere");
  Look();
  EXPECT_THAT(names_.names(), ElementsAre("a", "b"));
  tree_.MakeDirectory("elsewhere");
  Look();
  EXPECT_THAT(names_.names(), ElementsAre("a", "b", "linked"));
}

TEST_F(LineageNamesTest, TellAtEachLookWhatCannotBeSeen) {
  broken_.Break("/live", Reason::kPermissionDenied);
  for (int look = 0; look < 2; ++look) {
    EXPECT_EQ(Look(), Outcome::kListed);
    EXPECT_THAT(names_.names(), ElementsAre("b"));
    EXPECT_THAT(names_.failures(), SizeIs(1));
  }
  broken_.Mend("/live");
  Look();
  EXPECT_THAT(names_.failures(), IsEmpty());
  EXPECT_THAT(names_.names(), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace certhealth
