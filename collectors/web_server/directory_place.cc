// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/directory_place.h"

namespace certhealth {
namespace {

constexpr int kMaxMissingParts = 64;

}  // namespace

std::optional<DirectoryPlace> PlaceOfDirectory(const FileSystem& files, std::string path) {
  std::string below;
  for (int part = 0; part < kMaxMissingParts; ++part) {
    const Result<FileStatus> status = files.Status(path);
    if (status) return DirectoryPlace{status->identity.device, status->identity.inode, below};
    // A link that leads nowhere may be mended, or not.
    if (status.error().reason != Reason::kNotFound) return std::nullopt;
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos || path.size() <= 1) return std::nullopt;
    const std::string name = path.substr(slash + 1);
    if (name == "..") return std::nullopt;
    if (name != ".") below = below.empty() ? name : name + "/" + below;
    path.erase(slash == 0 ? 1 : slash);
  }
  return std::nullopt;
}

}  // namespace certhealth
