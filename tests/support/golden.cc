// SPDX-License-Identifier: Apache-2.0
#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace certhealth {
namespace {

bool UpdateAsked() {
  const char* value = std::getenv("UPDATE_GOLDEN");
  return value != nullptr && std::string_view(value) == "1";
}

std::optional<std::string> Contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string_view LineAt(std::string_view text, std::size_t offset) {
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  return start >= text.size() ? "(end)" : text.substr(start, text.find('\n', start) - start);
}

std::string FirstDifference(std::string_view expected, std::string_view actual) {
  const auto mismatch =
      std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
  const auto offset = static_cast<std::size_t>(mismatch.first - expected.begin());
  const auto line = 1 + std::count(expected.begin(), mismatch.first, '\n');
  return "line " + std::to_string(line) + "\n  expected: " + std::string(LineAt(expected, offset)) +
         "\n  actual:   " + std::string(LineAt(actual, offset));
}

}  // namespace

void ExpectGolden(std::string_view actual, std::string_view relative_path) {
  const std::filesystem::path path =
      std::filesystem::path(CERTHEALTH_SOURCE_DIR) / "tests/fixtures/golden" / relative_path;
  if (UpdateAsked()) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file << actual;
    EXPECT_TRUE(file.flush()) << "cannot write " << path;
    return;
  }
  const std::optional<std::string> expected = Contents(path);
  if (!expected) {
    ADD_FAILURE() << path << " is missing; UPDATE_GOLDEN=1 writes it";
  } else if (*expected != actual) {
    ADD_FAILURE() << path << " differs (UPDATE_GOLDEN=1 rewrites it) at "
                  << FirstDifference(*expected, actual);
  }
}

}  // namespace certhealth
