// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/challenge_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kChallenges = "www/.well-known/acme-challenge";

bool NobodyRuns() { return false; }

/// Every path below the root, with the kind of what is there.
std::vector<std::string> All(const TemporaryTree& tree) {
  std::vector<std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(tree.root()))
    all.push_back(entry.path().string().substr(tree.root().size() + 1));
  std::ranges::sort(all);
  return all;
}

std::string ContentOf(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

WallTime Now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

TEST(ChallengeFile, LiesWhereCertbotWouldPutItsOwnAndLeavesNothing) {
  const TemporaryTree tree;
  tree.MakeDirectory("www");
  const auto before = All(tree);
  {
    const auto file = ChallengeFile::Make("/", tree.Path("www"), NobodyRuns);
    ASSERT_TRUE(file) << file.error().detail;
    const std::string path = tree.Path(kChallenges + "/" + file->name());
    EXPECT_EQ(ContentOf(path), file->content());
    EXPECT_EQ(file->name().size(), 43U);
    EXPECT_THAT(file->name(), testing::StartsWith("certhealth-preflight-2"));
    EXPECT_EQ(file->name().find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "0123456789-_"),
              std::string::npos);
    struct stat status {};
    ASSERT_EQ(stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0644U);
  }
  EXPECT_EQ(All(tree), before);
}

TEST(ChallengeFile, IsAnotherOneEachTime) {
  const TemporaryTree tree;
  tree.MakeDirectory("www");
  const auto one = ChallengeFile::Make("/", tree.Path("www"), NobodyRuns);
  const auto other = ChallengeFile::Make("/", tree.Path("www"), NobodyRuns);
  ASSERT_TRUE(one && other);
  EXPECT_NE(one->name(), other->name());
  EXPECT_NE(one->content(), other->content());
}

TEST(ChallengeFile, LeavesDirectoriesThatWereThereOrThatSomebodyUses) {
  const TemporaryTree tree;
  tree.MakeDirectory("www/.well-known");
  {
    const auto file = ChallengeFile::Make("/", tree.Path("www"), NobodyRuns);
    ASSERT_TRUE(file);
    EXPECT_THAT(file->name(), testing::StartsWith("certhealth-preflight-1"));
  }
  EXPECT_EQ(All(tree), (std::vector<std::string>{"www", "www/.well-known"}));
  {
    const auto file = ChallengeFile::Make("/", tree.Path("www"), NobodyRuns);
    tree.Write(kChallenges + "/token-of-certbot", "x");
  }
  EXPECT_THAT(All(tree), testing::Contains(kChallenges + "/token-of-certbot"));
}

TEST(ChallengeFile, LeavesNothingOfSeveralSideBySideWhicheverGoesFirst) {
  const TemporaryTree tree;
  tree.MakeDirectory("www");
  tree.Link("site", "www");
  const auto before = All(tree);
  for (const bool first_goes_first : {true, false}) {
    ChallengeFile::MadeByWebroot shared;
    const auto make = [&](const char* webroot) {
      auto made = ChallengeFile::Make("/", tree.Path(webroot), NobodyRuns, &shared);
      return std::make_unique<ChallengeFile>(std::move(made).value());
    };
    auto first = make("www");
    auto second = make("site");
    (first_goes_first ? first : second).reset();
    EXPECT_TRUE(fs::exists(tree.Path(kChallenges)));
    (first_goes_first ? second : first).reset();
    EXPECT_EQ(All(tree), before);
    tree.MakeDirectory(kChallenges);  // by somebody else, since
    make("www").reset();
    EXPECT_TRUE(fs::exists(tree.Path(kChallenges)));
    fs::remove_all(tree.Path("www/.well-known"));
  }
}

TEST(ChallengeFile, DoesNotTakeTheDirectoryFromUnderACertbotAtWork) {
  const TemporaryTree tree;
  tree.MakeDirectory("www");
  {
    const auto file = ChallengeFile::Make("/", tree.Path("www"), [] { return true; });
  }
  EXPECT_EQ(All(tree), (std::vector<std::string>{"www", "www/.well-known", kChallenges}));
}

TEST(ChallengeFile, FollowsNoLinkOutOfTheWebroot) {
  const TemporaryTree tree;
  tree.MakeDirectory("www");
  tree.MakeDirectory("outside");
  for (const char* target : {"../outside", "/etc", "/proc/self/cwd"}) {
    tree.Link("www/.well-known", target);
    const auto before = All(tree);
    const auto file = ChallengeFile::Make("/", tree.Path("www"), NobodyRuns);
    ASSERT_FALSE(file) << target;
    EXPECT_THAT(file.error().detail, HasSubstr(".well-known")) << target;
    EXPECT_EQ(All(tree), before);
  }
  fs::remove(tree.Path("www/.well-known"));
  tree.MakeDirectory("www/.well-known");
  tree.Link(kChallenges, "../../outside");
  EXPECT_FALSE(ChallengeFile::Make("/", tree.Path("www"), NobodyRuns));
  EXPECT_TRUE(fs::is_empty(tree.Path("outside")));
}

TEST(ChallengeFile, FollowsALinkThatStaysInTheWebroot) {
  const TemporaryTree tree;
  tree.MakeDirectory("www/challenges");
  tree.MakeDirectory("www/.well-known");
  tree.Link(kChallenges, "../challenges");
  {
    const auto file = ChallengeFile::Make("/", tree.Path("www"), NobodyRuns);
    ASSERT_TRUE(file) << file.error().detail;
    EXPECT_TRUE(fs::exists(tree.Path("www/challenges/" + file->name())));
  }
  EXPECT_TRUE(fs::is_empty(tree.Path("www/challenges")));
  EXPECT_TRUE(fs::is_symlink(tree.Path(kChallenges)));
}

TEST(ChallengeFile, TakesNothingElseForADirectory) {
  const TemporaryTree tree;
  tree.MakeDirectory("www");
  ASSERT_EQ(mkfifo(tree.Path("www/.well-known").c_str(), 0600), 0);
  EXPECT_FALSE(ChallengeFile::Make("/", tree.Path("www"), NobodyRuns));
  fs::remove(tree.Path("www/.well-known"));
  tree.Write("www/.well-known", "a file");
  EXPECT_FALSE(ChallengeFile::Make("/", tree.Path("www"), NobodyRuns));
  tree.Link("www/.well-known", "nowhere");
  EXPECT_FALSE(ChallengeFile::Make("/", tree.Path("www"), NobodyRuns));
  EXPECT_EQ(All(tree), (std::vector<std::string>{"www", "www/.well-known"}));
}

TEST(ChallengeFile, MakesNoWebroot) {
  const TemporaryTree tree;
  const auto file = ChallengeFile::Make("/", tree.Path("www"), NobodyRuns);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().reason, Reason::kNotFound);
  EXPECT_THAT(All(tree), IsEmpty());
}

TEST(ChallengeFile, TakesBackTheFirstDirectoryWhereTheSecondCannotBeMade) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TemporaryTree tree;
  tree.MakeDirectory("www");
  chmod(tree.Path("www").c_str(), 0500);
  const auto file = ChallengeFile::Make("/", tree.Path("www"), NobodyRuns);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().reason, Reason::kPermissionDenied);
  chmod(tree.Path("www").c_str(), 0700);
}

TEST(ChallengeFile, DoesNotJudgeByDirectoriesThatTheUmaskCloses) {
  const TemporaryTree tree;
  tree.MakeDirectory("www");
  const mode_t before = umask(077);
  const auto file = ChallengeFile::Make("/", tree.Path("www"), NobodyRuns);
  umask(before);
  ASSERT_FALSE(file);
  EXPECT_EQ(All(tree), std::vector<std::string>{"www"});
}

TEST(ChallengeFile, StaysBehindItsRoot) {
  const TemporaryTree tree;
  tree.MakeDirectory("srv/www");
  tree.Link("var", "/srv");  // absolute, and meant inside the root
  const auto file = ChallengeFile::Make(tree.root(), "/var/www", NobodyRuns);
  ASSERT_TRUE(file) << file.error().detail;
  EXPECT_TRUE(fs::exists(tree.Path("srv/" + kChallenges + "/" + file->name())));
}

/// What a killed process left: the file of `digit` directories made, `age` old.
std::string Leave(const TemporaryTree& tree, char digit, std::chrono::seconds age) {
  const std::string name = "certhealth-preflight-" + (digit + std::string(21, 'x'));
  const std::string path = tree.Write(kChallenges + "/" + name, "left");
  const timespec then{(Now() - age).time_since_epoch().count(), 0};
  const std::array<timespec, 2> times{then, then};
  utimensat(AT_FDCWD, path.c_str(), times.data(), 0);
  return path;
}

std::size_t Sweep(const TemporaryTree& tree) {
  return SweepChallengeFiles("/", tree.Path("www"), Now(), minutes{10}, NobodyRuns);
}

TEST(ChallengeSweep, RemovesWhatAKilledProcessLeftAndItsDirectories) {
  const TemporaryTree tree;
  Leave(tree, '2', hours{1});
  Leave(tree, '0', hours{2});
  // The name is the same but for the digit, so these are two files.
  EXPECT_EQ(Sweep(tree), 2U);
  EXPECT_EQ(All(tree), std::vector<std::string>{"www"});
  EXPECT_EQ(Sweep(tree), 0U);
}

TEST(ChallengeSweep, KeepsDirectoriesThatWereThereBefore) {
  const TemporaryTree tree;
  Leave(tree, '0', hours{1});
  EXPECT_EQ(Sweep(tree), 1U);
  EXPECT_TRUE(fs::exists(tree.Path(kChallenges)));
}

TEST(ChallengeSweep, LeavesWhatIsYoungOrNotItsOwn) {
  const TemporaryTree tree;
  const std::string young = Leave(tree, '2', minutes{1});
  const std::string odd = Leave(tree, '7', hours{1});
  tree.Write(kChallenges + "/certhealth-preflight-notes", "x");
  tree.Write(kChallenges + "/token", "x");
  tree.MakeDirectory(kChallenges + "/certhealth-preflight-0" + std::string(21, 'd'));
  const std::string link = kChallenges + "/certhealth-preflight-0" + std::string(21, 'l');
  tree.Link(link, "/etc/passwd");
  const auto before = All(tree);
  EXPECT_EQ(Sweep(tree), 0U);
  EXPECT_EQ(All(tree), before);
}

TEST(ChallengeSweep, DoesNotLeaveTheWebroot) {
  const TemporaryTree tree;
  tree.MakeDirectory("outside/acme-challenge");
  tree.MakeDirectory("www");
  Leave(tree, '0', hours{1});
  fs::rename(tree.Path("www/.well-known"), tree.Path("elsewhere"));
  tree.Link("www/.well-known", "../elsewhere");
  const auto before = All(tree);
  EXPECT_EQ(Sweep(tree), 0U);
  EXPECT_EQ(All(tree), before);
}

}  // namespace
}  // namespace certhealth
