// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/lineage_identity.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace certhealth {
namespace {

struct Lengths {
  std::uint32_t shared = 0;
  std::uint32_t rest = 0;
};

void Pack(std::string& packed, std::string_view before, std::string_view path) {
  const auto shared = std::ranges::mismatch(before, path).in1 - before.begin();
  const std::string_view rest = path.substr(static_cast<std::size_t>(shared));
  const Lengths lengths{static_cast<std::uint32_t>(shared),
                        static_cast<std::uint32_t>(rest.size())};
  char bytes[sizeof lengths];
  std::memcpy(bytes, &lengths, sizeof lengths);
  packed.append(bytes, sizeof lengths).append(rest);
}

/// Goes through packed paths.
class Unpacking {
 public:
  explicit Unpacking(std::string_view packed) : rest_(packed) {}

  const std::string& Next() {
    Lengths lengths;
    std::memcpy(&lengths, rest_.data(), sizeof lengths);
    rest_.remove_prefix(sizeof lengths);
    path_.resize(lengths.shared);
    path_.append(rest_.substr(0, lengths.rest));
    rest_.remove_prefix(lengths.rest);
    return path_;
  }

 private:
  std::string_view rest_;
  std::string path_;
};

}  // namespace

LineageIdentity::LineageIdentity(const std::vector<WatchedPath>& always,
                                 const std::vector<WatchedPath>& rarely)
    : always_(always.size()) {
  identities_.reserve(always.size() + rarely.size());
  std::string_view before;
  for (const auto* list : {&always, &rarely}) {
    for (const WatchedPath& watched : *list) {
      Pack(paths_, before, watched.path);
      identities_.push_back(watched.identity);
      before = watched.path;
    }
  }
  paths_.shrink_to_fit();
}

bool LineageIdentity::IsUnchanged(const FileSystem& files, std::size_t count) const {
  Unpacking paths(paths_);
  for (std::size_t i = 0; i < count; ++i) {
    const Result<FileStatus> status = files.Status(paths.Next());
    if ((status ? status->identity : FileIdentity{}) != identities_[i]) return false;
  }
  return true;
}

WallTime LineageIdentity::NewestChange() const {
  std::int64_t newest_ns = 0;
  for (const FileIdentity& identity : identities_) {
    newest_ns = std::max(newest_ns, identity.changed_ns);
  }
  return WallTime(std::chrono::floor<std::chrono::seconds>(std::chrono::nanoseconds(newest_ns)));
}

}  // namespace certhealth
