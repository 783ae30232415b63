// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/directory_place.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

TEST(DirectoryPlace, IsTheSameByEveryPathThatLeadsThere) {
  TemporaryTree tree;
  std::filesystem::create_directories(tree.root() + "/srv/shop");
  std::filesystem::create_symlink("shop", tree.root() + "/srv/link");
  std::filesystem::create_symlink("nowhere", tree.root() + "/srv/dangling");
  const auto files = MakePosixFileSystem(tree.root());
  const auto place = [&](const char* path) { return PlaceOfDirectory(*files, path); };
  ASSERT_TRUE(place("/srv/shop"));
  EXPECT_EQ(place("/srv/shop"), place("/srv/link/"));
  EXPECT_EQ(place("/srv/shop/.well-known/acme"), place("/srv/link/.well-known//acme/"));
  EXPECT_NE(place("/srv/shop/.well-known"), place("/srv/shop"));
  EXPECT_NE(place("/srv/shop/a"), place("/srv/shop/b"));
  EXPECT_NE(place("/srv/gone"), place("/srv/shop"));
  EXPECT_FALSE(place("/srv/dangling/a")) << "the link may be mended";
  EXPECT_FALSE(place("/srv/gone/../shop"));
}

}  // namespace
}  // namespace certhealth
