// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/result.h"
#include "collectors/schedule/recurrence.h"

namespace certhealth {

/// Reads one calendar expression (systemd.time(7), "CALENDAR EVENTS"): `daily`,
/// `Mon..Fri *-*-* 00,12:00:00`, `*-*~1 04:00`. A time zone at the end is accepted and passed over:
/// it moves the instants, not the gaps. kBadText for what systemd would not take either, and for
/// what does not recur for ever (a year, `@` and a timestamp).
Result<Recurrence> ParseOnCalendar(std::string_view expression);

/// The longest time between two elapses of a timer with these `OnCalendar=` lines; whatever delay
/// the timer adds is the caller's. kBadText when it cannot be known.
Result<std::chrono::seconds> LongestGapOfCalendars(const std::vector<std::string>& expressions);

}  // namespace certhealth
