// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/write_place.h"

#include "collectors/certbot/paths.h"

namespace certhealth {
namespace {

using Obstacle = WritePlace::Obstacle;

/// Deeper than any path that certbot could make (4096 bytes of "a/").
constexpr int kMaxDepth = 2048;

Obstacle ObstacleIn(const FileSystem& files, MountTable& mounts, const std::string& directory) {
  const Result<DirectoryCondition> condition = files.Condition(directory);
  if (!condition) return Obstacle::kUnseen;
  if (condition->read_only) {
    return mounts.IsReadOnlyForAll(directory, condition->device) ? Obstacle::kReadOnly
                                                                 : Obstacle::kReadOnlyHere;
  }
  if (condition->immutable) return Obstacle::kImmutable;
  if (condition->free_inodes == 0) return Obstacle::kNoInodes;
  if (condition->free_bytes == 0) return Obstacle::kNoSpace;
  return Obstacle::kNone;
}

}  // namespace

WritePlace LookAtWritePlace(const FileSystem& files, MountTable& mounts,
                            const std::string& directory) {
  WritePlace place;
  place.at = directory;
  while (place.at.size() > 1 && place.at.ends_with('/')) place.at.pop_back();
  place.exists = true;
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    const Result<FileStatus> status = files.Status(place.at);
    if (status) {
      place.obstacle = status->kind == FileKind::kDirectory ? ObstacleIn(files, mounts, place.at)
                                                            : Obstacle::kNotDirectory;
      if (place.obstacle == Obstacle::kNotDirectory) place.exists = false;
      return place;
    }
    place.exists = false;
    if (status.error().reason == Reason::kBrokenLink) {
      place.obstacle = Obstacle::kDanglingLink;
      return place;
    }
    // Also below something that is no directory: then that is what is found next.
    if (status.error().reason != Reason::kNotFound || place.at == "/") return place;
    place.at = DirectoryOf(place.at);
  }
  return place;
}

}  // namespace certhealth
