// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/beneath.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

namespace fs = std::filesystem;

struct Place {
  Place() : directory(open(tree.MakeDirectory("www").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}

  /// The error of making `name`, or 0.
  int Make(const std::string& name) const {
    errno = 0;
    return MakeFileBeneath(directory.get(), name, 0644).valid() ? 0 : errno;
  }

  const TemporaryTree tree;
  const FileDescriptor directory;
};

TEST(MakeFileBeneath, MakesAFile) {
  const Place place;
  EXPECT_EQ(place.Make("file"), 0);
  EXPECT_TRUE(fs::is_regular_file(place.tree.Path("www/file")));
}

TEST(MakeFileBeneath, LeavesWhateverIsThere) {
  const Place place;
  place.tree.Write("www/file", "kept");
  place.tree.Write("outside", "kept");
  place.tree.Link("www/link", "file");
  place.tree.Link("www/out", "../outside");
  place.tree.Link("www/dangling", "../nowhere");
  place.tree.MakeDirectory("www/directory");
  for (const char* name : {"file", "link", "out", "dangling", "directory"}) {
    EXPECT_EQ(place.Make(name), EEXIST) << name;
  }
  EXPECT_EQ(fs::file_size(place.tree.Path("www/file")), 4U);
  EXPECT_EQ(fs::file_size(place.tree.Path("outside")), 4U);
  EXPECT_FALSE(fs::exists(place.tree.Path("nowhere")));
}

TEST(MakeFileBeneath, StaysInTheDirectory) {
  const Place place;
  place.tree.MakeDirectory("other");
  place.tree.Link("www/way", "../other");
  EXPECT_EQ(place.Make("../file"), EXDEV);
  EXPECT_EQ(place.Make("way/file"), EXDEV);
  EXPECT_EQ(place.Make(place.tree.Path("file")), EXDEV);
  EXPECT_TRUE(fs::is_empty(place.tree.Path("other")));
  EXPECT_FALSE(fs::exists(place.tree.Path("file")));
}

TEST(OpenConfined, StartsOverAtTheRoot) {
  const Place place;
  place.tree.MakeDirectory("www/inner");
  place.tree.Link("www/absolute", "/inner");
  place.tree.Link("www/above", "../../../inner");
  for (const char* path : {"absolute", "above", "/inner", "../../inner"}) {
    EXPECT_TRUE(OpenConfined(place.directory.get(), path, O_PATH | O_DIRECTORY, 0, Confine::kInRoot)
                    .valid())
        << path;
  }
  place.tree.Link("www/magic", "/proc/self/cwd");
  EXPECT_FALSE(
      OpenConfined(place.directory.get(), "magic", O_PATH | O_DIRECTORY, 0, Confine::kInRoot)
          .valid());
}

}  // namespace
}  // namespace certhealth
