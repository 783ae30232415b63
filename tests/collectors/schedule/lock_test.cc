// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "collectors/base/file_descriptor.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

constexpr const char* kLocks =
    "1: POSIX  ADVISORY  WRITE 1234 08:02:131 0 EOF\n"
    "2: FLOCK  ADVISORY  WRITE 77 08:02:132 0 EOF\n"
    "3: POSIX  ADVISORY  READ 9 08:03:133 0 EOF\n"
    "3: -> POSIX  ADVISORY  WRITE 10 08:02:133 0 EOF\n"
    "4: OFDLCK ADVISORY  WRITE -1 08:02:134 0 EOF\n"
    "5: POSIX  ADVISORY  WRITE 55 00:2a:135 0 EOF\n";

FileIdentity File(unsigned major_number, unsigned minor_number, ino_t inode) {
  FileIdentity identity;
  identity.device = makedev(major_number, minor_number);
  identity.inode = inode;
  return identity;
}

TEST(Lock, NamesTheProcessThatHoldsIt) {
  EXPECT_EQ(FindLockHolder(kLocks, File(8, 2, 131)), LockHolder{1234});
  EXPECT_EQ(FindLockHolder(kLocks, File(8, 2, 134)), LockHolder{std::nullopt});
}

TEST(Lock, IsNotTakenForThatOfAnotherFileNorAWaiter) {
  EXPECT_EQ(FindLockHolder(kLocks, File(8, 2, 999)), std::nullopt);
  EXPECT_EQ(FindLockHolder(kLocks, File(8, 2, 133)),
            std::nullopt);  // same inode on another disk; a waiter
  EXPECT_EQ(FindLockHolder("", File(8, 2, 131)), std::nullopt);
  EXPECT_EQ(FindLockHolder("junk\n1: POSIX\n\n:::", File(8, 2, 131)), std::nullopt);
}

TEST(Lock, IsFoundOnFileSystemsThatNumberThemselvesTwice) {
  EXPECT_EQ(FindLockHolder(kLocks, File(0, 0x2b, 135)), LockHolder{55});
}

TEST(Lock, IsSeenAsTheKernelTellsIt) {
  const TemporaryTree tree;
  const std::string path = tree.Write("certbot.lock", "");
  const auto files = MakePosixFileSystem("/");
  if (!files->Read("/proc/locks", 1 << 20)) GTEST_SKIP() << "needs /proc/locks";
  ASSERT_TRUE(ReadLock(*files, path));
  EXPECT_EQ(*ReadLock(*files, path), std::nullopt);  // a left-over file holds nothing
  const FileDescriptor descriptor(open(path.c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(lockf(descriptor.get(), F_TLOCK, 0), 0);  // as certbot does it
  if (files->Read("/proc/locks", 1 << 20)->bytes.empty())
    GTEST_SKIP() << "/proc/locks shows nothing here";
  EXPECT_EQ(*ReadLock(*files, path), LockHolder{getpid()});
}

TEST(Lock, IsNotHeldWhereThereIsNoFile) {
  const auto held = ReadLock(*MakePosixFileSystem("/"), "/nonexistent/.certbot.lock");
  ASSERT_TRUE(held);
  EXPECT_EQ(*held, std::nullopt);
}

}  // namespace
}  // namespace certhealth
