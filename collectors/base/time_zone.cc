// SPDX-License-Identifier: Apache-2.0
#include "collectors/base/time_zone.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace certhealth {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t kMaxZoneBytes = 65536;  // the longest of tzdata 2024 has 3.5 KiB

std::int64_t BigEndian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
  if (bytes.size() == 4) return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
  return static_cast<std::int64_t>(value);
}

/// A header of TZif and what its counts say about the block behind it.
struct Block {
  std::size_t utc_indicators = 0, standard_indicators = 0, leap_seconds = 0;
  std::size_t transitions = 0, types = 0, name_bytes = 0;
  char version = 0;

  static constexpr std::size_t kHeaderBytes = 44;

  std::size_t Size(std::size_t time_bytes) const {
    return transitions * (time_bytes + 1) + types * 6 + name_bytes +
           leap_seconds * (time_bytes + 4) + standard_indicators + utc_indicators;
  }
};

std::optional<Block> ParseHeader(std::string_view bytes) {
  if (bytes.size() < Block::kHeaderBytes || !bytes.starts_with("TZif")) return std::nullopt;
  const auto count = [bytes](std::size_t index) {
    return static_cast<std::size_t>(
        static_cast<std::uint32_t>(BigEndian(bytes.substr(20 + 4 * index, 4))));
  };
  const Block block{count(0), count(1), count(2), count(3), count(4), count(5), bytes[4]};
  for (std::size_t i = 0; i < 6; ++i) {
    if (count(i) > kMaxZoneBytes) return std::nullopt;
  }
  if (block.types == 0) return std::nullopt;
  return block;
}

Failure NotAZone() { return {Reason::kBadText, "not a time zone file (TZif, RFC 8536)"}; }

}  // namespace

Result<TimeZone> TimeZone::Parse(std::string_view tzif) {
  std::size_t time_bytes = 4;
  std::optional<Block> block = ParseHeader(tzif);
  if (block && block->version >= '2') {  // the same again with 64 bits, and a footer
    const std::size_t skip = Block::kHeaderBytes + block->Size(4);
    if (skip > tzif.size()) return NotAZone();
    tzif.remove_prefix(skip);
    block = ParseHeader(tzif);
    time_bytes = 8;
  }
  if (!block || tzif.size() < Block::kHeaderBytes + block->Size(time_bytes)) return NotAZone();
  tzif.remove_prefix(Block::kHeaderBytes);
  const std::string_view times = tzif.substr(0, block->transitions * time_bytes);
  const std::string_view indices = tzif.substr(times.size(), block->transitions);
  const std::string_view types = tzif.substr(times.size() + indices.size(), block->types * 6);
  const auto offset_of = [types](std::size_t type) {
    return seconds(BigEndian(types.substr(type * 6, 4)));
  };

  TimeZone zone;
  zone.first_offset_ = offset_of(0);  // RFC 8536, 3.2
  for (std::size_t i = 0; i < block->transitions; ++i) {
    const auto type = static_cast<unsigned char>(indices[i]);
    const WallTime at(seconds(BigEndian(times.substr(i * time_bytes, time_bytes))));
    const bool ascends = zone.transitions_.empty() || zone.transitions_.back().at < at;
    if (type >= block->types || !ascends) return NotAZone();
    zone.transitions_.push_back({at, offset_of(type)});
  }
  std::string_view footer = tzif.substr(block->Size(time_bytes));
  if (time_bytes == 8 && footer.starts_with('\n')) {
    footer.remove_prefix(1);
    zone.rule_ = ParseZoneRule(footer.substr(0, footer.find('\n')));
  }
  return zone;
}

seconds TimeZone::OffsetAt(WallTime moment) const {
  const auto next = std::ranges::upper_bound(transitions_, moment, {}, &Transition::at);
  if (next == transitions_.end() && rule_) return rule_->OffsetAt(moment);
  return next == transitions_.begin() ? first_offset_ : std::prev(next)->offset;
}

WallTime TimeZone::ToUtc(std::chrono::local_seconds local,
                         std::optional<WallTime> not_before) const {
  // No zone changes twice within two days, so these are the offsets around any change.
  const WallTime as_if_utc(local.time_since_epoch());
  const seconds before = OffsetAt(as_if_utc - std::chrono::days(1));
  const seconds after = OffsetAt(as_if_utc + std::chrono::days(1));
  const WallTime by_before = as_if_utc - before;
  if (before == after) return by_before;
  const WallTime by_after = as_if_utc - after;
  const bool before_holds = OffsetAt(by_before) == before;
  const bool after_holds = OffsetAt(by_after) == after;
  if (before_holds && after_holds) {
    return not_before && by_before < *not_before ? by_after : by_before;
  }
  return after_holds ? by_after : by_before;
}

std::string TimeZoneSettingFor(const std::string& root) {
  const char* const setting = root == "/" ? std::getenv("TZ") : nullptr;
  return setting == nullptr ? std::string() : std::string(setting);
}

TimeZone ReadTimeZone(const FileSystem& files, std::string_view tz) {
  if (tz.starts_with(':')) tz.remove_prefix(1);
  std::string path = "/etc/localtime";
  if (tz.starts_with('/')) {
    path = tz;
  } else if (!tz.empty()) {
    path = "/usr/share/zoneinfo/" + std::string(tz);
  }
  const Result<FileContents> contents = files.Read(path, kMaxZoneBytes);
  if (contents) {
    if (Result<TimeZone> zone = TimeZone::Parse(contents->bytes)) return std::move(zone).value();
  }
  const std::optional<ZoneRule> rule = ParseZoneRule(tz);
  return rule ? TimeZone(*rule) : TimeZone();
}

}  // namespace certhealth
