// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/probe_schedule.h"

#include <gtest/gtest.h>

#include <set>

namespace certhealth {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr minutes kInterval{5};

/// When `name` is due after `outcome` at `now`, in seconds.
std::int64_t WaitAfter(ProbeSchedule& schedule, const std::string& name, ProbeOutcome outcome,
                       ProbeSchedule::Moment now) {
  schedule.Settle(name, outcome, kInterval, now);
  seconds wait{0};
  while (!schedule.IsDue(name, now + wait)) wait += seconds{1};
  return wait.count();
}

TEST(ProbeSchedule, AsksWhatIsNewAtOnce) {
  const ProbeSchedule schedule;
  EXPECT_TRUE(schedule.IsDue("a:443", {}));
}

TEST(ProbeSchedule, SpreadsWhatBeganTogether) {
  ProbeSchedule schedule;
  std::set<std::int64_t> waits;
  for (int i = 0; i < 1000; ++i) {
    const std::int64_t wait =
        WaitAfter(schedule, "host-" + std::to_string(i), ProbeOutcome::kAnswered, {});
    EXPECT_GE(wait, 150);
    EXPECT_LE(wait, 300);
    waits.insert(wait / 10);
  }
  EXPECT_GE(waits.size(), 15U);
}

TEST(ProbeSchedule, ComesAgainAtItsInterval) {
  ProbeSchedule schedule;
  ProbeSchedule::Moment now{};
  WaitAfter(schedule, "a:443", ProbeOutcome::kAnswered, now);
  std::set<std::int64_t> waits;
  for (int i = 0; i < 50; ++i) {
    const std::int64_t wait = WaitAfter(schedule, "a:443", ProbeOutcome::kAnswered, now);
    EXPECT_GE(wait, 270);
    EXPECT_LE(wait, 331);
    waits.insert(wait);
    now += seconds{wait};
  }
  EXPECT_GT(waits.size(), 10U) << "no jitter";
}

TEST(ProbeSchedule, AsksAFailingOneSoonerOnceAndThenMoreSeldom) {
  ProbeSchedule schedule;
  WaitAfter(schedule, "a:443", ProbeOutcome::kAnswered, {});
  EXPECT_LE(WaitAfter(schedule, "a:443", ProbeOutcome::kFailed, {}), 80);
  const std::int64_t second = WaitAfter(schedule, "a:443", ProbeOutcome::kFailed, {});
  EXPECT_GE(second, 270);
  EXPECT_LE(second, 331);
  for (int i = 0; i < 20; ++i) {
    const std::int64_t later = WaitAfter(schedule, "a:443", ProbeOutcome::kFailed, {});
    EXPECT_GE(later, 540);
    EXPECT_LE(later, 662) << "an outage that has ended is to be noticed";
  }
  EXPECT_LE(WaitAfter(schedule, "a:443", ProbeOutcome::kAnswered, {}), 331);
}

TEST(ProbeSchedule, SeldomAsksAListenerForWhatItDoesNotServe) {
  ProbeSchedule schedule;
  EXPECT_GE(WaitAfter(schedule, "a:443", ProbeOutcome::kNotHere, {}), 3240);
}

TEST(ProbeSchedule, ForgetsWhatIsGone) {
  ProbeSchedule schedule;
  schedule.Settle("a:443", ProbeOutcome::kAnswered, kInterval, {});
  schedule.Settle("b:443", ProbeOutcome::kAnswered, kInterval, {});
  schedule.KeepOnly({"b:443"});
  EXPECT_EQ(schedule.size(), 1U);
  EXPECT_TRUE(schedule.IsDue("a:443", {}));
  EXPECT_FALSE(schedule.IsDue("b:443", {}));
}

}  // namespace
}  // namespace certhealth
