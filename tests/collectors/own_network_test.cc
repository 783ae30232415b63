// SPDX-License-Identifier: Apache-2.0
#include "collectors/own_network.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

constexpr const char* kTrie = R"(Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 127.0.0.0/8 2 0 2
        |-- 127.0.0.0
           /8 host LOCAL
     +-- 192.0.2.0/24 2 0 2
        |-- 192.0.2.0
           /24 link UNICAST
        |-- 192.0.2.2
           /32 host LOCAL
        |-- 192.0.2.255
           /32 link BROADCAST
)";
constexpr const char* kRoutes =
    "fd000000000000000000000000000000 40 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
    "fd000000000000000000000000000002 80 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 00000000 00000004 00000000 80200001     eth0\n";
constexpr const char* kConnections =
    "  sl  local_address rem_address   st tx_queue\n"
    "   0: 00000000:0050 00000000:0000 0A 00000000\n"
    "   1: 0100007F:0050 0100007F:C350 06 00000000\n";

IpAddress At(const char* text) { return ParseIpAddress(text).value(); }

class OwnNetworkTest : public testing::Test {
 protected:
  OwnNetworkTest() {
    for (const char* process : {"1", "self"})
      tree.Write("proc/" + std::string(process) + "/net/fib_trie", kTrie);
    tree.Write("proc/1/net/ipv6_route", kRoutes);
    tree.Write("proc/1/net/tcp", kConnections);
    tree.Write("proc/sys/net/ipv4/ip_nonlocal_bind", "0\n");
    tree.Write("proc/sys/net/ipv6/ip_nonlocal_bind", "0\n");
    tree.Write(kTracked, "0\n");
  }
  std::optional<OwnNetwork> Read() { return ReadOwnNetwork(*MakePosixFileSystem(tree.root())); }

  static constexpr const char* kTracked = "proc/sys/net/netfilter/nf_conntrack_count";
  TemporaryTree tree;
};

TEST_F(OwnNetworkTest, HasTheAddressesThatTheKernelKeepsForItself) {
  const OwnNetwork network = Read().value();
  for (const char* own : {"127.0.0.1", "127.5.5.5", "192.0.2.2", "fd00::2"})
    EXPECT_TRUE(network.Has(At(own))) << own;
  for (const char* foreign : {"192.0.2.3", "192.0.2.255", "0.0.0.0", "fd00::3"})
    EXPECT_FALSE(network.Has(At(foreign))) << foreign;
}

TEST_F(OwnNetworkTest, MayBeListenedToOnItsOwnAddressesAndOnAll) {
  const OwnNetwork network = Read().value();
  for (const char* own : {"192.0.2.2", "0.0.0.0", "::", "fd00::2"})
    EXPECT_TRUE(network.MayBind(At(own))) << own;
  EXPECT_FALSE(network.MayBind(At("192.0.2.3")));
  EXPECT_FALSE(network.MayBind(At("fd00::3")));
}

TEST_F(OwnNetworkTest, MayBeListenedToOnAnyAddressWhereTheKernelIsToldSo) {
  tree.Write("proc/sys/net/ipv4/ip_nonlocal_bind", "1\n");
  EXPECT_TRUE(Read()->MayBind(At("192.0.2.3"))) << "as for keepalived";
  EXPECT_FALSE(Read()->MayBind(At("fd00::3")));
}

TEST_F(OwnNetworkTest, IsNotKnownWhereThisProcessHasAnother) {
  tree.Write("proc/self/net/fib_trie", "Main:\n");
  EXPECT_FALSE(Read());
}

TEST_F(OwnNetworkTest, TranslatesNothingWhereConnectionsAreNotTracked) {
  EXPECT_FALSE(Read()->may_translate);
  tree.Write(kTracked, "3\n");
  EXPECT_TRUE(Read()->may_translate);
  tree.Write(kTracked, "0\n");
  tree.Write("proc/1/net/tcp", "  sl\n   0: 00000000:0050 00000000:0000 0A 00000000\n");
  EXPECT_TRUE(Read()->may_translate) << "there is nothing that would be tracked";
  std::filesystem::remove(tree.Path(kTracked));
  EXPECT_FALSE(Read()->may_translate) << "the kernel cannot";
}

TEST(FibTrie, OfAnythingElseHasNoAddresses) {
  EXPECT_TRUE(ParseFibTrie("").empty());
  EXPECT_TRUE(
      ParseFibTrie("/32 host LOCAL\n|-- x\n /99 host LOCAL\n|-- 1.2.3.4\n/99 host LOCAL").empty());
  EXPECT_TRUE(
      ParseIpv6Routes("fd00 80\nzz000000000000000000000000000000 80 a b c d e f 80000000").empty());
}

}  // namespace
}  // namespace certhealth
