// SPDX-License-Identifier: Apache-2.0
#include "collectors/base/file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>

#include "collectors/base/file_descriptor.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

constexpr std::uint64_t kMaxBytes = 1024;

TEST(FileSystem, ReadsARegularFileThroughALink) {
  const TemporaryTree tree;
  tree.Write("archive/a.pem", "hello");
  const std::string link = tree.Link("live/a.pem", "../archive/a.pem");
  const auto files = MakePosixFileSystem("/");
  const auto contents = files->Read(link, kMaxBytes);
  ASSERT_TRUE(contents) << contents.error().detail;
  EXPECT_EQ(contents->bytes, "hello");
  EXPECT_EQ(contents->status.identity, files->Status(link)->identity);
}

TEST(FileSystem, NamesAFifoADirectoryAndADeviceWithoutOpeningThem) {
  const TemporaryTree tree;
  const std::string fifo = tree.Path("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const auto files = MakePosixFileSystem("/");
  for (const std::string& path :
       {fifo, tree.root(), std::string("/dev/zero"), tree.Link("zero", "/dev/zero")}) {
    const auto contents = files->Read(path, kMaxBytes);
    ASSERT_FALSE(contents);
    EXPECT_EQ(contents.error().reason, Reason::kNotRegular) << contents.error().detail;
  }
}

TEST(FileSystem, NamesASocket) {
  const TemporaryTree tree;
  const FileDescriptor listener(socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, tree.Path("socket").c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const auto contents = MakePosixFileSystem("/")->Read(tree.Path("socket"), kMaxBytes);
  ASSERT_FALSE(contents);
  EXPECT_EQ(contents.error().reason, Reason::kNotRegular);
  EXPECT_THAT(contents.error().detail, testing::HasSubstr("a socket"));
}

TEST(FileSystem, TellsADanglingLinkFromAMissingFileAndFromALoop) {
  const TemporaryTree tree;
  const auto files = MakePosixFileSystem("/");
  const std::string dangling = tree.Link("dangling", "nowhere");
  const std::string loop = tree.Link("loop", "loop");
  EXPECT_EQ(files->Read(dangling, kMaxBytes).error().reason, Reason::kBrokenLink);
  EXPECT_EQ(files->Status(dangling).error().reason, Reason::kBrokenLink);
  EXPECT_EQ(files->Read(loop, kMaxBytes).error().reason, Reason::kLinkLoop);
  EXPECT_EQ(files->Read(tree.Path("missing"), kMaxBytes).error().reason, Reason::kNotFound);
}

TEST(FileSystem, RefusesAFileOverTheLimitWithoutReadingIt) {
  const TemporaryTree tree;
  const std::string sparse = tree.Write("sparse", "");
  std::filesystem::resize_file(sparse, std::uintmax_t{2} << 30U);
  const auto contents = MakePosixFileSystem("/")->Read(sparse, kMaxBytes);
  ASSERT_FALSE(contents);
  EXPECT_EQ(contents.error().reason, Reason::kTooLarge);
}

TEST(FileSystem, BoundsAFileThatStatesNoSize) {
  const auto contents = MakePosixFileSystem("/")->Read("/proc/kallsyms", kMaxBytes);
  ASSERT_FALSE(contents);
  EXPECT_EQ(contents.error().reason, Reason::kTooLarge);
}

TEST(FileSystem, KeepsAbsoluteLinksAndDotDotInsideThePrefix) {
  const TemporaryTree tree;
  tree.Write("etc/hostname", "inside");
  tree.Link("etc/absolute", "/etc/hostname");
  tree.Link("etc/climber", "../../../../../../etc/hostname");
  const auto files = MakePosixFileSystem(tree.root());
  EXPECT_EQ(files->Read("/etc/absolute", kMaxBytes)->bytes, "inside");
  EXPECT_EQ(files->Read("/etc/climber", kMaxBytes)->bytes, "inside");
  EXPECT_EQ(files->ReadLink("/etc/absolute").value(), "/etc/hostname");
  EXPECT_EQ(files->LinkStatus("/etc/absolute")->kind, FileKind::kSymlink);
  EXPECT_EQ(files->Status("/etc/absolute")->kind, FileKind::kRegular);
  EXPECT_EQ(files->ReadLink("/etc/hostname").error().reason, Reason::kNotRegular);
}

TEST(FileSystem, ListsADirectorySortedWithKinds) {
  const TemporaryTree tree;
  tree.Write("b", "");
  tree.MakeDirectory("a");
  tree.Link("c", "b");
  const auto entries = MakePosixFileSystem(tree.root())->List("/");
  ASSERT_TRUE(entries);
  EXPECT_THAT(*entries, testing::ElementsAre(DirectoryEntry{"a", FileKind::kDirectory},
                                             DirectoryEntry{"b", FileKind::kRegular},
                                             DirectoryEntry{"c", FileKind::kSymlink}));
}

TEST(FileSystem, SaysThatAPrefixIsMissing) {
  const auto listing = MakePosixFileSystem("/no/such/prefix")->List("/etc");
  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().reason, Reason::kNotFound);
}

}  // namespace
}  // namespace certhealth
