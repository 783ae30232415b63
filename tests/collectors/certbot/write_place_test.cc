// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/write_place.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "tests/support/broken_file_system.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using Obstacle = WritePlace::Obstacle;

class WritePlaceTest : public testing::Test {
 protected:
  WritePlace Look(const FileSystem& seen) {
    MountTable mounts(seen, false);
    return LookAtWritePlace(seen, mounts, "/srv/www/.well-known/acme-challenge");
  }
  WritePlace Look() { return Look(*files); }

  TemporaryTree tree;
  std::unique_ptr<FileSystem> files = MakePosixFileSystem(tree.root());
};

TEST_F(WritePlaceTest, TellsHowFarTheDirectoryExists) {
  tree.MakeDirectory("srv");
  EXPECT_EQ(Look().at, "/srv");
  EXPECT_EQ(Look().obstacle, Obstacle::kNone);
  EXPECT_FALSE(Look().exists);
  tree.MakeDirectory("srv/www/.well-known/acme-challenge");
  EXPECT_EQ(Look().at, "/srv/www/.well-known/acme-challenge");
  EXPECT_TRUE(Look().exists);
}

TEST_F(WritePlaceTest, AFileOrADanglingLinkIsInTheWay) {
  tree.Write("srv/www", "");
  EXPECT_EQ(Look().obstacle, Obstacle::kNotDirectory);
  EXPECT_EQ(Look().at, "/srv/www");
  tree.Link("srv/www", "nowhere");
  EXPECT_EQ(Look().obstacle, Obstacle::kDanglingLink);
  EXPECT_EQ(Look().at, "/srv/www");
  tree.Link("srv/www", "real");
  tree.MakeDirectory("srv/real");
  tree.Write("srv/real/.well-known", "");
  EXPECT_EQ(Look().obstacle, Obstacle::kNotDirectory);
  EXPECT_EQ(Look().at, "/srv/www/.well-known");
}

TEST_F(WritePlaceTest, WhatMayNotBeLookedAtIsUnseen) {
  tree.MakeDirectory("srv/www");
  BrokenFileSystem broken(*files);
  broken.Break("/srv/www", Reason::kPermissionDenied);
  EXPECT_EQ(Look(broken).obstacle, Obstacle::kUnseen);
}

/// Has a directory of any condition.
class ConditionedFileSystem final : public FileSystem {
 public:
  explicit ConditionedFileSystem(const FileSystem& files) : files_(files) {}
  DirectoryCondition condition;
  DirectoryCondition root{.read_only = true};
  std::string mounts;

  Result<DirectoryCondition> Condition(const std::string& path) const override {
    return path == "/" ? root : condition;
  }
  Result<std::vector<DirectoryEntry>> List(const std::string& path) const override {
    return files_.List(path);
  }
  Result<FileStatus> Status(const std::string& path) const override { return files_.Status(path); }
  Result<FileStatus> LinkStatus(const std::string& path) const override {
    return files_.LinkStatus(path);
  }
  Result<std::string> ReadLink(const std::string& path) const override {
    if (path == "/proc/self") return self;
    return path == "/proc/self/ns/mnt" ? own : init;
  }
  Result<FileContents> Read(const std::string&, std::uint64_t) const override {
    return FileContents{mounts, {}};
  }
  Result<std::unique_ptr<ByteSource>> OpenForReading(const std::string& path) const override {
    return files_.OpenForReading(path);
  }
  std::string self = "99";
  std::string own = "mnt:[1]";
  std::string init = "mnt:[2]";

 private:
  const FileSystem& files_;
};

TEST_F(WritePlaceTest, TellsWhyNothingCanBeMade) {
  tree.MakeDirectory("srv/www");
  ConditionedFileSystem files_with(*files);
  files_with.condition.free_bytes = 0;
  EXPECT_EQ(Look(files_with).obstacle, Obstacle::kNoSpace);
  files_with.condition.free_inodes = 0;
  EXPECT_EQ(Look(files_with).obstacle, Obstacle::kNoInodes);
  files_with.condition.immutable = true;
  EXPECT_EQ(Look(files_with).obstacle, Obstacle::kImmutable);
}

TEST_F(WritePlaceTest, AMountThatIsReadOnlyForUsNeedNotBeForOthers) {
  tree.MakeDirectory("srv/www");
  ConditionedFileSystem files_with(*files);
  files_with.condition.device = makedev(8, 2);
  files_with.condition.read_only = true;
  files_with.mounts = "36 35 8:2 / /srv ro,noatime master:1 - ext3 /dev/sda2 rw,errors=continue\n";
  EXPECT_EQ(Look(files_with).obstacle, Obstacle::kReadOnlyHere);
  files_with.mounts = "36 35 8:2 / /srv ro,noatime - ext3 /dev/sda2 ro,errors=continue\n";
  EXPECT_EQ(Look(files_with).obstacle, Obstacle::kReadOnly);
  files_with.mounts = "garbage - \n36 35 8:2x / /srv ro - ext3 a ro\n";
  EXPECT_EQ(Look(files_with).obstacle, Obstacle::kReadOnlyHere);
}

TEST_F(WritePlaceTest, OneReadOnlyMountOnAWritableMachineIsNoSandbox) {
  tree.MakeDirectory("srv/www");
  ConditionedFileSystem files_with(*files);
  files_with.condition.read_only = true;
  files_with.root.read_only = false;
  EXPECT_EQ(Look(files_with).obstacle, Obstacle::kReadOnly);
  MountTable mounts(files_with, true);
  EXPECT_FALSE(mounts.IsReadOnlyForAll("/srv/www", 0)) << "a container";
  MountTable of_service(files_with, false);
  EXPECT_FALSE(of_service.IsReadOnlyForAll("/home/me/www", 0)) << "ProtectHome=read-only";
}

TEST_F(WritePlaceTest, WhereTheMachinesOwnMountsAreSeenTheyDecide) {
  tree.MakeDirectory("srv/www");
  ConditionedFileSystem files_with(*files);
  files_with.condition.read_only = true;
  const auto view = [](const std::string& options) {
    return MountView({}, ParseMounts("96 76 254:1 / / " + options + " - ext4 /dev/vda1 rw\n"), "/");
  };
  MountTable read_only(files_with, false, view("ro"));
  EXPECT_TRUE(read_only.IsReadOnlyForAll("/srv/www", 0));
  MountTable writable(files_with, false, view("rw"));
  EXPECT_FALSE(writable.IsReadOnlyForAll("/srv/www", 0));
}

TEST_F(WritePlaceTest, WhatInitCannotWriteToNobodyCan) {
  tree.MakeDirectory("srv/www");
  ConditionedFileSystem files_with(*files);
  files_with.condition.read_only = true;
  files_with.init = files_with.own;
  EXPECT_EQ(Look(files_with).obstacle, Obstacle::kReadOnly);
  files_with.self = "1";
  EXPECT_EQ(Look(files_with).obstacle, Obstacle::kReadOnlyHere) << "this is a container's init";
}

}  // namespace
}  // namespace certhealth
