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

/// Two states of a file have the same one once in 2^64 times; splitmix64's mixing.
std::uint64_t Fingerprint(const FileIdentity& identity) {
  std::uint64_t mixed = 0;
  for (const std::uint64_t part :
       {static_cast<std::uint64_t>(identity.device), static_cast<std::uint64_t>(identity.inode),
        identity.size_bytes, static_cast<std::uint64_t>(identity.modified_ns),
        static_cast<std::uint64_t>(identity.changed_ns)}) {
    mixed += part + 0x9E3779B97F4A7C15U;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    mixed ^= mixed >> 31U;
  }
  return mixed;
}

}  // namespace

LineageIdentity::LineageIdentity(const std::vector<WatchedPath>& always,
                                 const std::vector<WatchedPath>& rarely)
    : always_(always.size()) {
  fingerprints_.reserve(always.size() + rarely.size());
  std::string_view before;
  for (const auto* list : {&always, &rarely}) {
    for (const WatchedPath& watched : *list) {
      Pack(paths_, before, watched.path);
      fingerprints_.push_back(Fingerprint(watched.identity));
      newest_change_ns_ = std::max(newest_change_ns_, watched.identity.changed_ns);
      before = watched.path;
    }
  }
  paths_.shrink_to_fit();
}

bool LineageIdentity::IsUnchanged(const FileSystem& files, std::size_t count) const {
  Unpacking paths(paths_);
  for (std::size_t i = 0; i < count; ++i) {
    const Result<FileStatus> status = files.Status(paths.Next());
    if (Fingerprint(status ? status->identity : FileIdentity{}) != fingerprints_[i]) return false;
  }
  return true;
}

WallTime LineageIdentity::NewestChange() const {
  return WallTime(
      std::chrono::floor<std::chrono::seconds>(std::chrono::nanoseconds(newest_change_ns_)));
}

}  // namespace certhealth
