// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "collectors/base/clock.h"

namespace certhealth {

/// A day of every year and an hour of it, at which the clocks are set: "the last Sunday of March at
/// two".
struct YearlyChange {
  enum class Kind {
    kWeekday,        // M3.5.0: month, week (5 is the last), weekday (0 is Sunday)
    kDay,            // 59: day of the year from 0, the 29th of February counted
    kDayWithoutLeap  // J60: day of the year from 1, the 29th of February never counted
  };
  Kind kind = Kind::kWeekday;
  unsigned month = 1;
  unsigned week = 1;
  unsigned day = 0;
  std::chrono::seconds time{7200};

  /// When it is due in `year`, by the clocks before the change.
  std::chrono::local_seconds In(std::chrono::year year) const;
};

/// The rules of a zone without their history: POSIX TZ, as at the end of a TZif file (RFC 8536,
/// 3.3), "CET-1CEST,M3.5.0,M10.5.0/3".
struct ZoneRule {
  struct Daylight {
    std::chrono::seconds offset{};
    YearlyChange begins, ends;
  };
  std::chrono::seconds standard_offset{};  // ahead of UTC
  std::optional<Daylight> daylight;

  /// What the clocks are ahead of UTC at `moment`.
  std::chrono::seconds OffsetAt(WallTime moment) const;
};

/// Nothing when `text` is not such a rule. A zone with daylight saving time but without dates is
/// not: what it means differs between systems.
std::optional<ZoneRule> ParseZoneRule(std::string_view text);

}  // namespace certhealth
