// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

namespace certhealth {

/// What the wall clock of the machine showed when a record was written: seconds since 1970 without
/// regard to any time zone. certbot logs no offset; see `TimeZone` for the way to a WallTime.
using LocalTime = std::chrono::local_seconds;

enum class RecordLevel { kDebug, kInfo, kWarning, kError, kCritical };

/// The first line of a record of letsencrypt.log, cut into its fields:
/// `YYYY-MM-DD HH:MM:SS,mmm:LEVEL:logger.name:text`. The views point into the line.
struct RecordHead {
  LocalTime time{};
  RecordLevel level = RecordLevel::kDebug;
  std::string_view logger;
  std::string_view text;  // the first line of the message; the others are lines of their own
};

/// The record that `line` begins. Nothing when the line continues the record before it: no other
/// text begins a record, so hook output that is indented never does.
std::optional<RecordHead> ParseRecordHead(std::string_view line);

/// The same, quicker, for the lines of one log: many records in a row have the same second.
class RecordParser {
 public:
  std::optional<RecordHead> Parse(std::string_view line);

 private:
  std::optional<LocalTime> ParseTime(std::string_view line);

  std::array<char, 19> stamp_{};  // of the record before
  LocalTime time_{};
};

}  // namespace certhealth
