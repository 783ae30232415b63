// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// The place of a file in the history of a log. The newest comes first.
struct LogPlace {
  enum class Kind {
    kCurrent,   // letsencrypt.log
    kNumbered,  // letsencrypt.log.3, .3.gz: certbot's own rotation, and logrotate's
    kDated,     // letsencrypt.log-20261122, -20261122.gz: logrotate's with `dateext`
  };
  Kind kind = Kind::kCurrent;
  std::uint64_t age = 0;  // 1 is newer than 2; of a date, what is left to the end of all dates

  auto operator<=>(const LogPlace&) const = default;
};

/// Nothing when `name` is not of the log.
std::optional<LogPlace> PlaceOf(std::string_view name);

/// The names among `names` that are files of the log, newest first, at most `max`. Where a file is
/// there plain and compressed, logrotate is at work and the compressed one may be half written: it
/// is left out.
std::vector<std::string> LogNames(const std::vector<std::string>& names, std::size_t max);

}  // namespace certhealth
