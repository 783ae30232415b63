// SPDX-License-Identifier: Apache-2.0
#include "collectors/listening_socket.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "collectors/base/file_descriptor.h"
#include "collectors/socket_diag.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kHead =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n";
constexpr const char* kAnyPort80 =
    "   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 "
    "4711 1 0000000000000000 100 0 0 10 0\n";
constexpr const char* kConnection =
    "   1: 0100007F:0050 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 "
    "4712 1 0000000000000000 20 4 30 10 -1\n";
constexpr const char* kMappedPort81 =
    "   0: 0000000000000000FFFF00000100007F:0051 00000000000000000000000000000000:0000 0A "
    "00000000:00000000 00:00000000 00000000  1000        0 4713 1 0000000000000000 100 0 0 10 0\n";

TEST(Listeners, AreTheRowsThatListen) {
  const auto found =
      ParseListeners(std::string(kHead) + kAnyPort80 + kConnection, AddressFamily::kIpv4);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(ToString(found[0]), "0.0.0.0:80");
  EXPECT_EQ(found[0].inode, 4711U);
  EXPECT_TRUE(found[0].is_wildcard());
}

TEST(Listeners, KnowAnIpv4AddressInIpv6Dress) {
  const auto found = ParseListeners(std::string(kHead) + kMappedPort81, AddressFamily::kIpv6);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(ToString(found[0]), "[::ffff:127.0.0.1]:81");
  EXPECT_TRUE(found[0].is_mapped_ipv4());
  EXPECT_FALSE(found[0].is_wildcard());
}

TEST(Listeners, PassOverWhatIsNoRow) {
  for (const char* text : {"", "\n\n\n", "   0:", "0: 00000000:0050 00000000:0000 0A",
                           "0: 0000:0050 00000000:0000 0A 0 0 0 0 0 1",
                           "0: XXXXXXXX:0050 00000000:0000 0A 0 0 0 0 0 1",
                           "0: 00000000:FFFFF 00000000:0000 0A 0 0 0 0 0 1",
                           "0: 00000000:0050 00000000:0000 0A 0 0 0 0 0 -1",
                           "0: 00000000 00000000:0000 0A 0 0 0 0 0 1"})
    EXPECT_THAT(ParseListeners(text, AddressFamily::kIpv4), IsEmpty()) << text;
}

TEST(Listeners, OfATreeWithoutItsTablesAreNotSeen) {
  const TemporaryTree tree;
  EXPECT_FALSE(ReadListeners(*MakePosixFileSystem(tree.root())));
  tree.Write("proc/1/net/tcp", std::string(kHead) + kAnyPort80);
  const auto found = ReadListeners(*MakePosixFileSystem(tree.root()));
  ASSERT_TRUE(found) << "a kernel without IPv6 has no tcp6";
  EXPECT_THAT(*found, SizeIs(1));
}

TEST(Listeners, HaveTheNameOfTheProcessThatHoldsTheSocket) {
  const TemporaryTree tree;
  tree.Write("proc/version", "Linux");
  tree.Write("proc/7/comm", "sshd\n");
  tree.Link("proc/7/fd/3", "socket:[4710]");
  tree.Write("proc/21/comm", "ngi\xFFnx\n");
  tree.Link("proc/21/fd/0", "/dev/null");
  tree.Link("proc/21/fd/6", "socket:[4711]");
  const auto files = MakePosixFileSystem(tree.root());
  EXPECT_EQ(ProcessOfSocket(*files, 4711), "ngi\xEF\xBF\xBDnx");
  EXPECT_EQ(ProcessOfSocket(*files, 9), "");
  EXPECT_THAT(ProcessNames(*files), testing::Contains("ngi\xEF\xBF\xBDnx"));
}

/// A socket that listens on a port of the kernel's choice.
FileDescriptor ListenOnIpv6(int ipv6_only) {
  FileDescriptor socket(::socket(AF_INET6, SOCK_STREAM, 0));
  setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &ipv6_only, sizeof ipv6_only);
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 ||
      listen(socket.get(), 1) != 0) {
    return {};
  }
  return socket;
}

std::uint64_t InodeOf(const FileDescriptor& socket) {
  struct stat status {};
  fstat(socket.get(), &status);
  return status.st_ino;
}

TEST(Listeners, TheKernelTellsWhichIpv6SocketsLeaveIpv4Alone) {
  const FileDescriptor both = ListenOnIpv6(0);
  const FileDescriptor only = ListenOnIpv6(1);
  if (!both.valid() || !only.valid()) GTEST_SKIP() << "no IPv6 here";
  const auto inodes = Ipv6OnlySockets();
  if (!inodes) GTEST_SKIP() << "the kernel does not tell";
  EXPECT_TRUE(inodes->contains(InodeOf(only)));
  EXPECT_FALSE(inodes->contains(InodeOf(both)));
}

TEST(Listeners, TheKernelIsNotAskedAboutAnotherMachine) { EXPECT_FALSE(Ipv6OnlyLookAt("/host")()); }

}  // namespace
}  // namespace certhealth
