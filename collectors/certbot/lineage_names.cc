// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/lineage_names.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "collectors/certbot/lineage_identity.h"

namespace certhealth {
namespace {

constexpr std::string_view kSuffix = ".conf";

bool IsOlderThanATick(const FileIdentity& identity, WallTime now) {
  return std::chrono::sys_time<std::chrono::nanoseconds>(
             std::chrono::nanoseconds(identity.changed_ns)) +
             kClockTick <
         now;
}

}  // namespace

LineageNames::Outcome LineageNames::Look(const FileSystem& files, const Clock& clock,
                                         const std::string& config_dir) {
  const std::string renewal = config_dir + "/renewal";
  const std::string live = config_dir + "/live";
  const WallTime now = clock.Now();
  const auto identity_of = [&](const std::string& path) {
    const Result<FileStatus> status = files.Status(path);
    return status ? status->identity : FileIdentity{};
  };
  const FileIdentity renewal_now = identity_of(renewal);
  const FileIdentity live_now = identity_of(live);
  if (settled_ && renewal_now == renewal_ && live_now == live_) return Outcome::kAsBefore;

  renewal_ = renewal_now;
  live_ = live_now;
  settled_ = IsOlderThanATick(renewal_, now) && IsOlderThanATick(live_, now);
  names_.clear();
  failures_.clear();
  ListConfs(files, renewal);
  ListLive(files, live);
  settled_ = settled_ && failures_.empty();
  std::ranges::sort(names_);
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  names_.shrink_to_fit();
  return Outcome::kListed;
}

void LineageNames::ListConfs(const FileSystem& files, const std::string& renewal) {
  const auto entries = files.List(renewal);
  if (!entries) {
    failures_.push_back(entries.error());
    return;
  }
  names_.reserve(2 * entries->size());
  for (const DirectoryEntry& entry : *entries) {
    // certbot's glob is renewal/*.conf: no dotfiles, nothing below.
    if (entry.name.starts_with('.') || !entry.name.ends_with(kSuffix)) continue;
    names_.push_back(entry.name.substr(0, entry.name.size() - kSuffix.size()));
  }
}

void LineageNames::ListLive(const FileSystem& files, const std::string& live) {
  const auto entries = files.List(live);
  if (!entries) {
    if (entries.error().reason != Reason::kNotFound) failures_.push_back(entries.error());
    return;
  }
  for (const DirectoryEntry& entry : *entries) {
    if (entry.name.starts_with('.')) continue;
    if (entry.kind == FileKind::kDirectory) {
      names_.push_back(entry.name);
    } else if (entry.kind == FileKind::kSymlink) {
      settled_ = false;  // what it leads to can change without a trace in live/
      const auto status = files.Status(live + "/" + entry.name);
      if (status && status->kind == FileKind::kDirectory) names_.push_back(entry.name);
    }
  }
}

}  // namespace certhealth
