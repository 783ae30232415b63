// SPDX-License-Identifier: Apache-2.0
#include "collectors/base/mount_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kMachine =
    "96 76 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,discard\n"
    "97 96 254:2 / /home rw,relatime - ext4 /dev/vda2 rw\n"
    "98 96 254:3 / /srv rw,relatime - ext4 /dev/vda3 ro\n";

/// As a service has it whose root is an empty file system, with only some directories bound.
constexpr std::string_view kSandbox =
    "20 10 0:56 / / ro,nosuid,nodev - tmpfs tmpfs rw,mode=755\n"
    "21 20 254:1 /etc/letsencrypt /etc/letsencrypt ro,nosuid master:1 - ext4 /dev/vda1 rw\n"
    "22 20 254:1 /var/www /var/www ro,nosuid master:1 - ext4 /dev/vda1 rw\n"
    "23 20 254:3 / /srv ro,nosuid - ext4 /dev/vda3 ro\n";

TEST(Mounts, AreReadWithTheirEscapesAndOptions) {
  EXPECT_THAT(ParseMounts("36 35 98:0 /mnt\\0401 /mnt\\134x rw,noatime master:1 propagate_from:2 - "
                          "ext3 /dev/root ro,errors=continue\n"
                          "37 35 0:5 / /dev ro - devtmpfs none rw\n"
                          "38 35 0:6 / /rodent rw,rootcontext=x - tmpfs rodent rw\n"),
              ElementsAre(Mount{"98:0", "/mnt 1", "/mnt\\x", true, true},
                          Mount{"0:5", "/", "/dev", true}, Mount{"0:6", "/", "/rodent", false}));
}

TEST(Mounts, LinesThatAreNoneArePassedOver) {
  EXPECT_THAT(ParseMounts("\n36 35 98:0\n36 35 98:0 / / rw\n36 35 98:0 x y rw - a b rw\n-\n - "),
              IsEmpty());
  EXPECT_THAT(ParseMounts("36 35 98:0 / /a rw - ext4\n37 35 98:0 / /b rw -"),
              ElementsAre(Mount{"98:0", "/", "/a", false}));
}

class MountViewTest : public testing::Test {
 protected:
  MountViewTest() {
    tree.MakeDirectory("etc/letsencrypt");
    tree.MakeDirectory("var/www");
    tree.MakeDirectory("srv");
    tree.MakeDirectory("home");
  }
  bool MayHide(const MountView& view, std::string_view path) const {
    return view.MayHide(*files, path);
  }

  TemporaryTree tree;
  std::unique_ptr<FileSystem> files = MakePosixFileSystem(tree.root());
  const MountView sandbox{ParseMounts(kSandbox), ParseMounts(kMachine), "/"};
};

TEST_F(MountViewTest, WhatNoMountBringsInMayBeHidden) {
  EXPECT_TRUE(MayHide(sandbox, "/root/.secrets/dns.ini"));
  EXPECT_TRUE(MayHide(sandbox, "/home/bob/www"));
  EXPECT_TRUE(MayHide(sandbox, "/var/lib/webroot")) << "/var is there only to hold /var/www";
  EXPECT_TRUE(MayHide(sandbox, "/data"));
}

TEST_F(MountViewTest, WhatIsMissingInADirectoryThatIsSharedIsMissing) {
  EXPECT_FALSE(MayHide(sandbox, "/var/www/gohst"));
  EXPECT_FALSE(MayHide(sandbox, "/var/www/deep/down"));
  EXPECT_FALSE(MayHide(sandbox, "/etc/letsencrypt/dns.ini"));
  EXPECT_FALSE(MayHide(sandbox, "/srv/site"));
}

TEST_F(MountViewTest, ALinkThatLeadsOutOfSightMayHideWhatItLeadsTo) {
  tree.Link("var/www/shop", "/home/shop/www");
  EXPECT_TRUE(MayHide(sandbox, "/var/www/shop"));
  EXPECT_TRUE(MayHide(sandbox, "/var/www/shop/html"));
}

TEST_F(MountViewTest, WithoutASandboxNothingIsHidden) {
  EXPECT_FALSE(MayHide(MountView(), "/root/dns.ini"));
  EXPECT_FALSE(MayHide(MountView::OfUnknownMachine(), "/root/dns.ini"));
  const MountView same(ParseMounts(kMachine), ParseMounts(kMachine), "/");
  EXPECT_FALSE(MayHide(same, "/data"));
  EXPECT_FALSE(MayHide(same, "/home/bob/www"));
}

TEST_F(MountViewTest, AMachineMountedElsewhereIsComparedThere) {
  const std::string whole =
      "1 0 0:9 / / rw - overlay overlay rw\n2 1 254:1 / /host ro - ext4 /dev/vda1 rw\n";
  const MountView mounted(ParseMounts(whole), ParseMounts(kMachine), "/host");
  EXPECT_FALSE(MayHide(mounted, "/var/www/gohst"));
  EXPECT_FALSE(MayHide(mounted, "/data")) << "the root itself is shared";
  EXPECT_TRUE(MayHide(mounted, "/home/bob")) << "another file system, not mounted for us";
  const std::string part =
      "1 0 0:9 / / rw - overlay overlay rw\n"
      "2 1 254:1 /etc/letsencrypt /host/etc/letsencrypt ro - ext4 /dev/vda1 rw\n";
  const MountView partly(ParseMounts(part), ParseMounts(kMachine), "/host");
  EXPECT_TRUE(MayHide(partly, "/var/www/ghost"));
  EXPECT_FALSE(MayHide(partly, "/etc/letsencrypt/dns.ini"));
}

TEST_F(MountViewTest, ReadOnlyIsWhatTheMachineHasReadOnly) {
  EXPECT_EQ(sandbox.IsReadOnly("/var/www/ghost"), false) << "only we may not write";
  EXPECT_EQ(sandbox.IsReadOnly("/srv/site"), true);
  EXPECT_EQ(sandbox.IsReadOnly("/srvx"), false);
  EXPECT_EQ(MountView().IsReadOnly("/srv"), std::nullopt) << "the file system knows";
  EXPECT_EQ(MountView::OfUnknownMachine().IsReadOnly("/srv"), false) << "not known, not told";
}

TEST_F(MountViewTest, OfSeveralMountsAtOnePlaceTheLastIsSeen) {
  const MountView covered(ParseMounts(kSandbox),
                          ParseMounts(std::string(kMachine) + "99 98 0:7 / /srv rw - tmpfs x rw\n"),
                          "/");
  EXPECT_EQ(covered.IsReadOnly("/srv/site"), false);
  EXPECT_TRUE(MayHide(covered, "/srv/site"));
}

TEST(MountLookAt, AMachineThatShowsNoMountsIsUnknown) {
  const TemporaryTree tree;
  const auto files = MakePosixFileSystem(tree.root());
  const MountView view = MountLookAt(tree.root())();
  EXPECT_EQ(view.IsReadOnly("/srv"), false);
  EXPECT_FALSE(view.MayHide(*files, "/srv/site"));
}

TEST(MountLookAt, AMachineThatShowsItsMountsIsCompared) {
  const TemporaryTree tree;
  tree.Write("proc/1/mountinfo", kMachine);
  const auto files = MakePosixFileSystem(tree.root());
  const MountView view = MountLookAt(tree.root())();
  EXPECT_EQ(view.IsReadOnly("/srv/site"), true);
  EXPECT_TRUE(view.MayHide(*files, "/home/bob")) << "no such device is mounted here";
}

}  // namespace
}  // namespace certhealth
