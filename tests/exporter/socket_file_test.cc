// SPDX-License-Identifier: Apache-2.0
#include "exporter/socket_file.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

FileDescriptor BoundTo(const std::string& path) {
  FileDescriptor descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  EXPECT_EQ(bind(descriptor.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  return descriptor;
}

TEST(SocketFile, LivesFromPublicationToDestruction) {
  const TemporaryTree tree;
  const std::string path = tree.Path("a.sock");
  {
    auto file = SocketFile::Claim(path);
    ASSERT_TRUE(file) << file.error().detail;
    SocketFile owner = std::move(file).value();
    const FileDescriptor bound = BoundTo(owner.BindPath());
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_TRUE(owner.Publish());
    EXPECT_TRUE(std::filesystem::is_socket(path));
  }
  EXPECT_TRUE(std::filesystem::is_empty(tree.root()));
}

TEST(SocketFile, LeavesNothingBehindWhenNothingWasPublished) {
  const TemporaryTree tree;
  {
    auto file = SocketFile::Claim(tree.Path("a.sock"));
    ASSERT_TRUE(file);
    const FileDescriptor bound = BoundTo(file->BindPath());
  }
  EXPECT_TRUE(std::filesystem::is_empty(tree.root()));
}

TEST(SocketFile, ReplacesASocketThatNobodyListensOn) {
  const TemporaryTree tree;
  const std::string path = tree.Path("a.sock");
  { const FileDescriptor dead = BoundTo(path); }
  auto file = SocketFile::Claim(path);
  ASSERT_TRUE(file) << file.error().detail;
  SocketFile owner = std::move(file).value();
  const FileDescriptor bound = BoundTo(owner.BindPath());
  EXPECT_TRUE(owner.Publish());
}

TEST(SocketFile, RefusesASocketThatSomebodyListensOn) {
  const TemporaryTree tree;
  const std::string path = tree.Path("a.sock");
  const FileDescriptor alive = BoundTo(path);
  ASSERT_EQ(listen(alive.get(), 1), 0);
  const auto file = SocketFile::Claim(path);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error(), (Failure{Reason::kReadFailed, path + ": Address already in use"}));
}

TEST(SocketFile, TouchesNothingThatIsNotASocket) {
  const TemporaryTree tree;
  const std::string path = tree.Write("precious", "data");
  tree.Link("link", "precious");
  EXPECT_EQ(SocketFile::Claim(path).error().reason, Reason::kNotRegular);
  EXPECT_EQ(SocketFile::Claim(tree.Path("link")).error().reason, Reason::kNotRegular);
  EXPECT_EQ(SocketFile::Claim(tree.Path("missing/a")).error().reason, Reason::kNotFound);
  EXPECT_EQ(SocketFile::Claim(tree.root() + "/").error().reason, Reason::kBadText);
  EXPECT_TRUE(std::filesystem::is_regular_file(path));
}

TEST(SocketFile, DoesNotRemoveTheSocketOfItsSuccessor) {
  const TemporaryTree tree;
  const std::string path = tree.Path("a.sock");
  std::optional<FileDescriptor> successor;
  {
    auto file = SocketFile::Claim(path);
    ASSERT_TRUE(file);
    SocketFile owner = std::move(file).value();
    const FileDescriptor bound = BoundTo(owner.BindPath());
    ASSERT_TRUE(owner.Publish());
    std::filesystem::remove(path);
    successor = BoundTo(path);
  }
  EXPECT_TRUE(std::filesystem::is_socket(path));
}

}  // namespace
}  // namespace certhealth
