// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/own_listeners.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

ListeningSocket At(std::uint16_t port, std::uint64_t inode) {
  ListeningSocket listener;
  listener.port = port;
  listener.inode = inode;
  return listener;
}

TEST(OwnListeners, AreThoseOfTheMachineThatCanBeReached) {
  const auto common = CommonListeners({At(443, 7), At(8443, 8)}, {At(443, 7), At(8443, 9)});
  ASSERT_EQ(common.size(), 1U);
  EXPECT_EQ(common[0].port, 443);
}

TEST(OwnListeners, AreNoneOfATableThatHasOneOfTheirInodesByChance) {
  EXPECT_TRUE(CommonListeners({At(443, 7)}, {At(25, 7)}).empty());
}

TEST(OwnListeners, AreNoneInAContainerWithANetworkOfItsOwn) {
  EXPECT_TRUE(CommonListeners({At(443, 7)}, {At(443, 1007)}).empty());
}

TEST(OwnListeners, AreNoneWhereTheMachinesCannotBeSeen) {
  const TemporaryTree tree;
  const auto files = MakePosixFileSystem(tree.root());
  const auto listeners = OwnListeners(*files, tree.root())();
  ASSERT_TRUE(listeners);
  EXPECT_TRUE(listeners->empty());
}

}  // namespace
}  // namespace certhealth
