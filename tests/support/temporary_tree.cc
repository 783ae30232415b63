// SPDX-License-Identifier: Apache-2.0
#include "tests/support/temporary_tree.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace certhealth {

TemporaryTree::TemporaryTree() {
  std::string pattern = (std::filesystem::temp_directory_path() / "certhealth-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp " + pattern);
  root_ = pattern;
}

TemporaryTree::~TemporaryTree() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

std::string TemporaryTree::Path(std::string_view relative) const {
  while (relative.starts_with('/')) relative.remove_prefix(1);
  return (root_ / relative).string();
}

std::string TemporaryTree::Write(std::string_view relative, std::string_view contents) const {
  const std::filesystem::path path = Path(relative);
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << contents;
  return path.string();
}

std::string TemporaryTree::MakeDirectory(std::string_view relative) const {
  const std::string path = Path(relative);
  std::filesystem::create_directories(path);
  return path;
}

std::string TemporaryTree::Link(std::string_view relative, std::string_view target) const {
  const std::filesystem::path path = Path(relative);
  std::filesystem::create_directories(path.parent_path());
  std::filesystem::remove(path);
  std::filesystem::create_symlink(target, path);
  return path.string();
}

}  // namespace certhealth
