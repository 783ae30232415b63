// SPDX-License-Identifier: Apache-2.0
#include "collectors/glob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/broken_file_system.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A tree seen through a prefix, so that patterns are short and `--root` is tested with them.
class Glob : public testing::Test {
 protected:
  std::vector<std::string> Paths(std::string_view pattern) const {
    GlobResult result = ExpandGlob(*files_, pattern);
    EXPECT_THAT(result.failures, IsEmpty()) << pattern;
    return result.paths;
  }

  const TemporaryTree tree_;
  const std::unique_ptr<FileSystem> files_ = MakePosixFileSystem(tree_.root());
};

TEST_F(Glob, APatternWithoutWildcardYieldsItsPathEvenWhenItIsMissing) {
  const GlobResult result = ExpandGlob(*files_, "/etc//ssl/./missing\\*.pem");
  EXPECT_THAT(result.paths, ElementsAre("/etc/ssl/missing*.pem"));
  EXPECT_THAT(result.failures, IsEmpty());
  EXPECT_TRUE(result.is_literal);
  EXPECT_FALSE(ExpandGlob(*files_, "/*").is_literal);
}

TEST_F(Glob, FindsTheLineagesOfCertbot) {
  tree_.Write("live/a/fullchain.pem", "");
  tree_.Write("live/b/fullchain.pem", "");
  tree_.Write("live/b/cert.pem", "");
  tree_.Write("live/README", "");
  tree_.MakeDirectory("live/empty");
  EXPECT_THAT(Paths("/live/*/fullchain.pem"),
              ElementsAre("/live/a/fullchain.pem", "/live/b/fullchain.pem"));
  EXPECT_THAT(Paths("/live/*/*.pem"),
              ElementsAre("/live/a/fullchain.pem", "/live/b/cert.pem", "/live/b/fullchain.pem"));
}

TEST_F(Glob, YieldsDanglingLinksAndFifosForTheReaderToName) {
  tree_.MakeDirectory("a");
  tree_.Link("a/dangling.pem", "nowhere");
  tree_.Link("a/loop.pem", "loop.pem");
  ASSERT_EQ(mkfifo(tree_.Path("a/fifo.pem").c_str(), 0600), 0);
  tree_.MakeDirectory("a/directory.pem");
  EXPECT_THAT(Paths("/a/*.pem"),
              ElementsAre("/a/dangling.pem", "/a/directory.pem", "/a/fifo.pem", "/a/loop.pem"));
  EXPECT_THAT(Paths("/?/dangling.pem"), ElementsAre("/a/dangling.pem"));
}

TEST_F(Glob, ALoneStarYieldsNoDirectories) {
  tree_.Write("a/file", "");
  tree_.MakeDirectory("a/directory");
  tree_.Link("a/link", "directory");
  EXPECT_THAT(Paths("/a/*"), ElementsAre("/a/file"));
}

TEST_F(Glob, TwoStarsAreAnyDepthNoneIncluded) {
  tree_.Write("a/x.pem", "");
  tree_.Write("a/b/x.pem", "");
  tree_.Write("a/b/c/x.pem", "");
  tree_.Write("a/b/c/y.pem", "");
  EXPECT_THAT(Paths("/a/**/x.pem"), ElementsAre("/a/b/c/x.pem", "/a/b/x.pem", "/a/x.pem"));
  EXPECT_THAT(Paths("/a/**/c/*.pem"), ElementsAre("/a/b/c/x.pem", "/a/b/c/y.pem"));
  EXPECT_THAT(Paths("/a/**/**/y*"), ElementsAre("/a/b/c/y.pem"));
  EXPECT_THAT(Paths("/a/**"),
              ElementsAre("/a/b/c/x.pem", "/a/b/c/y.pem", "/a/b/x.pem", "/a/x.pem"));
  EXPECT_THAT(Paths("/**/b/**/x.pem"), ElementsAre("/a/b/c/x.pem", "/a/b/x.pem"));
}

TEST_F(Glob, HiddenNamesNeedADotInThePattern) {
  tree_.Write("a/.hidden.pem", "");
  tree_.Write("a/.git/x.pem", "");
  tree_.Write("a/x.pem", "");
  EXPECT_THAT(Paths("/a/**/*.pem"), ElementsAre("/a/x.pem"));
  EXPECT_THAT(Paths("/a/.*.pem"), ElementsAre("/a/.hidden.pem"));
  EXPECT_THAT(Paths("/a/.git/*"), ElementsAre("/a/.git/x.pem"));
}

TEST_F(Glob, LoopsOfLinksEndAndTheRealPathIsTheOneYielded) {
  tree_.Write("a/z/x.pem", "");
  tree_.Link("a/before", "z");
  tree_.Link("a/zz-after", "z");
  tree_.Link("a/z/up", "..");
  tree_.Link("a/z/self", ".");
  EXPECT_THAT(Paths("/a/**/x.pem"), ElementsAre("/a/z/x.pem"));
}

TEST_F(Glob, FollowsALinkThatLeadsOutOfTheTree) {
  tree_.Write("srv/x.pem", "");
  tree_.MakeDirectory("a");
  tree_.Link("a/link", "/srv");
  EXPECT_THAT(Paths("/a/**/x.pem"), ElementsAre("/a/link/x.pem"));
  EXPECT_THAT(Paths("/a/*/x.pem"), ElementsAre("/a/link/x.pem"));
}

TEST_F(Glob, AnUnreadableDirectoryIsNamedAndHidesNoNeighbour) {
  for (const char* path : {"live/a/x.pem", "live/b/x.pem", "live/c/x.pem"}) tree_.Write(path, "");
  BrokenFileSystem broken(*files_);
  broken.Break("/live/b", Reason::kPermissionDenied);
  for (const char* pattern : {"/live/*/*.pem", "/live/**/x.pem", "/live/**"}) {
    const GlobResult result = ExpandGlob(broken, pattern);
    EXPECT_THAT(result.paths, ElementsAre("/live/a/x.pem", "/live/c/x.pem")) << pattern;
    EXPECT_THAT(result.failures,
                ElementsAre(Failure{Reason::kPermissionDenied, "/live/b is broken by the test"}))
        << pattern;
  }
}

TEST_F(Glob, AMissingDirectoryIsAFailureOnlyBeforeTheFirstWildcard) {
  tree_.Write("home/a/ssl/x.pem", "");
  tree_.MakeDirectory("home/b");
  EXPECT_THAT(Paths("/home/*/ssl/*.pem"), ElementsAre("/home/a/ssl/x.pem"));
  for (const char* pattern : {"/hmoe/*.pem", "/hmoe/**/x.pem"}) {
    const GlobResult result = ExpandGlob(*files_, pattern);
    EXPECT_THAT(result.paths, IsEmpty());
    EXPECT_THAT(result.failures, ElementsAre(Failure{Reason::kNotFound, "/hmoe does not exist"}));
  }
}

TEST_F(Glob, SaysWhichLimitItReached) {
  for (const char* path : {"a/1", "a/2", "a/3", "a/b/c/d/e/4"}) tree_.Write(path, "");
  GlobLimits limits;
  limits.paths = 2;
  GlobResult result = ExpandGlob(*files_, "/a/*", limits);
  EXPECT_THAT(result.paths, SizeIs(2));
  EXPECT_THAT(result.failures,
              ElementsAre(Failure{Reason::kTooLarge, "/a/* stands for more than 2 paths"}));

  limits = {};
  limits.directories = 3;
  result = ExpandGlob(*files_, "/a/**", limits);
  EXPECT_THAT(result.failures,
              ElementsAre(Failure{Reason::kTooLarge, "/a/** stands for more than 3 directories"}));

  limits = {};
  limits.depth = 2;
  result = ExpandGlob(*files_, "/a/**", limits);
  EXPECT_THAT(result.paths, ElementsAre("/a/1", "/a/2", "/a/3"));
  ASSERT_THAT(result.failures, SizeIs(1));
  EXPECT_THAT(result.failures[0].detail, HasSubstr("/a/b/c/d is more than 2 directories below"));
}

TEST_F(Glob, BoundsItsFailures) {
  BrokenFileSystem broken(*files_);
  for (int i = 0; i < 150; ++i) {
    const std::string name = "a/" + std::to_string(i);
    tree_.MakeDirectory(name);
    broken.Break("/" + name, Reason::kPermissionDenied);
  }
  const GlobResult result = ExpandGlob(broken, "/a/*/x");
  EXPECT_THAT(result.failures, IsEmpty()) << "names below them can be asked for";
  const GlobResult listing = ExpandGlob(broken, "/a/*/*");
  ASSERT_THAT(listing.failures, SizeIs(100));
  EXPECT_THAT(listing.failures.back().detail, HasSubstr("51 more directories"));
}

TEST_F(Glob, RefusesARelativePattern) {
  const GlobResult result = ExpandGlob(*files_, "etc/*.pem");
  EXPECT_THAT(result.paths, IsEmpty());
  EXPECT_THAT(result.failures, ElementsAre(Field(&Failure::reason, Reason::kBadText)));
}

}  // namespace
}  // namespace certhealth
