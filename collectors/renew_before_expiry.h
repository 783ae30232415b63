// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "collectors/base/clock.h"
#include "collectors/base/result.h"

namespace certhealth {

/// A length of time of which a part is counted on the calendar: one month is 28 to 31 days,
/// depending on the moment it is added to.
struct CalendarSpan {
  int months = 0;
  std::chrono::seconds rest{0};

  bool operator==(const CalendarSpan&) const = default;
};

/// What certbot takes from a conf's `renew_before_expiry` (storage.add_time_interval, which asks
/// parsedatetime 2.6): numbers with units one after the other, in any letter case, such as "30",
/// "30 days", "10d", "6 months 1 week", "1.5 days", "a week", "in 30 days". Digits alone are days.
/// kBadText for everything else: most of that certbot silently takes for nothing, so that it renews
/// only after expiry, and the remainder ("1 mon", "30 days ago") for something nobody meant.
/// Bounded: kBadText beyond 7000 years, where certbot's calendar ends.
/// Pure; thread-safe.
Result<CalendarSpan> ParseRenewBeforeExpiry(std::string_view text);

/// `moment` plus the months of `span`, on the month's last day where it is too short (so
/// parsedatetime does), plus the rest. certbot adds the terms in the order of the text: where
/// days come before months, or months twice, the answers may be up to four days apart.
/// REQUIRES: `moment` between the years 1 and 9999, `span` of ParseRenewBeforeExpiry
WallTime Add(WallTime moment, CalendarSpan span);

}  // namespace certhealth
