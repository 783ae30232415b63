// SPDX-License-Identifier: Apache-2.0
#include "exporter/text_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

namespace fs = std::filesystem;

std::string Contents(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::string> NamesIn(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory))
    names.push_back(entry.path().filename().string());
  return names;
}

TEST(TextFile, ReplacesTheWholeFileAndLeavesNothingBeside) {
  const TemporaryTree tree;
  const std::string path = tree.Write("x.prom", "something much longer than what comes");
  EXPECT_FALSE(WriteAtomically(path, "a 1\n"));
  EXPECT_EQ(Contents(path), "a 1\n");
  EXPECT_THAT(NamesIn(tree.root()), testing::ElementsAre("x.prom"));
  EXPECT_EQ(fs::status(path).permissions(), fs::perms{0644});
}

TEST(TextFile, IsANewFileSoThatAReaderOfTheOldOneIsNotDisturbed) {
  const TemporaryTree tree;
  const std::string path = tree.Write("x.prom", "old\n");
  std::ifstream reader(path);
  EXPECT_FALSE(WriteAtomically(path, "new\n"));
  std::string line;
  std::getline(reader, line);
  EXPECT_EQ(line, "old");
}

TEST(TextFile, WritesWhereNothingWas) {
  const TemporaryTree tree;
  EXPECT_FALSE(WriteAtomically(tree.Path("x.prom"), std::string(3U << 20U, 'x')));
  EXPECT_EQ(fs::file_size(tree.Path("x.prom")), 3U << 20U);
}

TEST(TextFile, AMissingDirectoryIsNamed) {
  const TemporaryTree tree;
  const auto failure = WriteAtomically(tree.Path("no/x.prom"), "a 1\n");
  ASSERT_TRUE(failure);
  EXPECT_THAT(failure->detail, testing::HasSubstr(tree.Path("no/x.prom")));
}

TEST(TextFile, AFailureInTheMiddleLeavesTheOldFileAndNoTemporaryOne) {
  const TemporaryTree tree;
  const std::string path = tree.Write("x.prom", "old\n");
  // A full disk, for this process alone.
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto failure = WriteAtomically(path, std::string(100'000, 'x'));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_TRUE(failure);
  EXPECT_EQ(Contents(path), "old\n");
  EXPECT_THAT(NamesIn(tree.root()), testing::ElementsAre("x.prom"));
}

TEST(TextFile, ATargetThatCannotBeReplacedLeavesNoTemporaryFile) {
  const TemporaryTree tree;
  tree.MakeDirectory("x.prom/inside");
  EXPECT_TRUE(WriteAtomically(tree.Path("x.prom"), "a 1\n"));
  EXPECT_THAT(NamesIn(tree.root()), testing::ElementsAre("x.prom"));
}

}  // namespace
}  // namespace certhealth
