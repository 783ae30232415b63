// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/file_system.h"
#include "collectors/base/result.h"
#include "collectors/base/zone_rule.h"

namespace certhealth {

/// How the wall clocks of a place were and will be set. Immutable. (std::chrono has its own, but
/// not before g++ 14, and only for the machine's own root.)
class TimeZone {
 public:
  /// UTC.
  TimeZone() = default;

  /// A zone that has always had one rule.
  explicit TimeZone(const ZoneRule& rule) : rule_(rule) {}

  /// A file of /usr/share/zoneinfo (TZif, RFC 8536). kBadText when it is not one.
  static Result<TimeZone> Parse(std::string_view tzif);

  /// The moment at which the clocks showed `local`. Where they showed it twice, because they were
  /// set back, the first of the two that is not before `not_before`, else the second. Where they
  /// never did, because they were set forward, the moment by the rule before the change.
  WallTime ToUtc(std::chrono::local_seconds local,
                 std::optional<WallTime> not_before = std::nullopt) const;

  /// What the clocks are ahead of UTC at `moment`.
  std::chrono::seconds OffsetAt(WallTime moment) const;

 private:
  struct Transition {
    WallTime at{};
    std::chrono::seconds offset{};  // from then on
  };

  std::chrono::seconds first_offset_{};  // before the first transition
  std::vector<Transition> transitions_;  // ascending
  std::optional<ZoneRule> rule_;         // after the last
};

/// The value of TZ, which certbot and this process have in common, as in a container; empty where
/// another machine is looked at, whose files are at `root`.
std::string TimeZoneSettingFor(const std::string& root);

/// The zone of the machine that `files` shows: by `tz` (the value of TZ, where the caller honours
/// it; a name in /usr/share/zoneinfo, a path or a POSIX rule), without it by /etc/localtime; UTC
/// where there is no such file, as the C library has it.
TimeZone ReadTimeZone(const FileSystem& files, std::string_view tz = {});

}  // namespace certhealth
