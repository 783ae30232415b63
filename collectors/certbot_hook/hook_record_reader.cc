// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_hook/hook_record_reader.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace certhealth {
namespace {

/// Timestamps of files advance in ticks (4 ms on common kernels); a second is far beyond any.
constexpr std::chrono::seconds kClockTick{1};

}  // namespace

HookRecordReader::HookRecordReader(const FileSystem& files, std::string directory)
    : files_(files), directory_(std::move(directory)), renewed_(directory_ + "/renewed") {}

Result<std::shared_ptr<const HookRecords>> HookRecordReader::Read(WallTime now) {
  const Result<Identities> identities = Identify();
  if (!identities) return identities.error();
  if (settled_ && *identities == seen_) return told_;

  told_.reset();
  settled_ = false;
  seen_ = *identities;
  if (seen_[0]) {
    auto renewed = ReadRenewed();
    if (!renewed) return renewed.error();
    told_ = std::make_shared<const HookRecords>(
        HookRecords{*std::move(renewed), ReadRecords(directory_ + "/failed")});
  }
  settled_ = std::ranges::all_of(seen_, [now](const std::optional<FileIdentity>& seen) {
    const std::chrono::nanoseconds changed(seen ? seen->changed_ns : 0);
    return changed + kClockTick < now.time_since_epoch();
  });
  return told_;
}

Result<HookRecordReader::Identities> HookRecordReader::Identify() const {
  Identities identities;
  for (std::size_t i = 0; i < identities.size(); ++i) {
    const Result<FileStatus> status = files_.Status(i == 0 ? directory_ : renewed_);
    if (status) {
      identities[i] = status->identity;
    } else if (status.error().reason != Reason::kNotFound) {
      return status.error();
    }
  }
  return identities;
}

Result<std::map<std::string, HookRecord, std::less<>>> HookRecordReader::ReadRenewed() {
  std::map<std::string, HookRecord, std::less<>> renewed;
  const auto entries = files_.List(renewed_);
  if (!entries && entries.error().reason == Reason::kNotFound) return renewed;
  if (!entries) return entries.error();
  std::unordered_map<std::string, Known> known;
  for (const DirectoryEntry& entry : *entries) {
    if (known.size() >= kMaxLineages) break;
    const std::string path = renewed_ + "/" + entry.name;
    const Result<FileStatus> status = files_.LinkStatus(path);
    if (!status || status->kind != FileKind::kRegular) continue;
    const auto before = known_.find(entry.name);
    if (before != known_.end() && before->second.identity == status->identity) {
      known.insert(known_.extract(before));
    } else {
      const std::vector<HookRecord> read = ReadRecords(path);
      known[entry.name] = {status->identity,
                           read.empty() ? std::nullopt : std::optional(read.front())};
    }
    if (const auto& record = known[entry.name].record) renewed[entry.name] = *record;
  }
  known_ = std::move(known);
  return renewed;
}

std::vector<HookRecord> HookRecordReader::ReadRecords(const std::string& path) const {
  const Result<FileContents> contents = files_.Read(path, kMaxHookFileBytes);
  return contents ? ParseHookRecords(contents->bytes) : std::vector<HookRecord>();
}

}  // namespace certhealth
