// SPDX-License-Identifier: Apache-2.0
// Whole lives of certificates, hour by hour: renewed on time nothing warns, whatever the life and
// whichever certbot; not renewed any more, warnings come while there is time to act.
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "exporter/renewal_plan.h"
#include "tests/support/judge_scene.h"

namespace certhealth {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

struct Life {
  const char* version;
  seconds lifetime;
};

void PrintTo(const Life& life, std::ostream* out) {
  *out << life.lifetime / hours{1} << " hours under certbot " << life.version;
}

class Lifetimes : public testing::TestWithParam<Life> {};

/// The worst of what is said of the certificate's age.
Severity AgeAlarm(const Verdict& verdict) {
  Severity worst = Severity::kInfo;
  for (const ActiveProblem& problem : verdict.problems) {
    // That certbot 2 renews a 6-day certificate at every run is so, and is told.
    if (problem.kind->id != "threshold_too_wide") worst = std::max(worst, problem.severity);
  }
  return worst;
}

TEST_P(Lifetimes, RenewedOnTimeRaiseNoWarningAtAnyHour) {
  const auto [version, lifetime] = GetParam();
  // Twice a day, each run up to twelve hours late: the worst that certbot's own timer does.
  for (const hours between_runs : {hours{1}, hours{12}, hours{24}}) {
    JudgeScene scene;
    scene.machine.roots[0].running_version = version;
    const WallTime begin = scene.now;
    WallTime issued = begin;
    WallTime next_run = begin + between_runs;
    const seconds threshold = DefaultThreshold(version, lifetime);
    // Two whole lives and a bit; the CA back-dates by an hour.
    for (WallTime now = begin; now < begin + lifetime * 2 + days{3}; now += hours{1}) {
      scene.now = now;
      scene.leaf.not_before = issued - hours{1};
      scene.leaf.not_after = scene.leaf.not_before + lifetime;
      scene.lineage.newest_saved = issued;
      if (now >= next_run) {
        next_run += between_runs;
        if (now >= scene.leaf.not_after - threshold) {
          issued = now;
          scene.leaf.not_before = issued - hours{1};
          scene.leaf.not_after = scene.leaf.not_before + lifetime;
          scene.lineage.newest_saved = issued;
        }
      }
      for (Certificate& issuer : scene.rest) issuer.not_after = now + days{2000};
      const Verdict verdict = scene.JudgeOne();
      ASSERT_EQ(AgeAlarm(verdict), Severity::kInfo)
          << verdict.problems.front().kind->id << ": " << verdict.problems.front().detail
          << ", runs every " << between_runs.count() << " h";
    }
  }
}

TEST_P(Lifetimes, NotRenewedAnyMoreRaiseAWarningAndThenACriticalOneInTime) {
  const auto [version, lifetime] = GetParam();
  JudgeScene scene;
  scene.machine.roots[0].running_version = version;
  scene.leaf.not_before = scene.now;
  scene.leaf.not_after = scene.now + lifetime;
  scene.lineage.newest_saved = scene.now;
  for (Certificate& issuer : scene.rest) issuer.not_after = scene.leaf.not_after + days{1000};
  seconds warned{};
  seconds critical{};
  Severity before = Severity::kInfo;
  for (; scene.now < scene.leaf.not_after + hours{2}; scene.now += hours{1}) {
    const Severity alarm = AgeAlarm(scene.JudgeOne());
    EXPECT_GE(alarm, before) << "it must not calm down by itself";
    const seconds left = scene.leaf.not_after - scene.now;
    if (alarm >= Severity::kWarning && before < Severity::kWarning) warned = left;
    if (alarm == Severity::kCritical && before < Severity::kCritical) critical = left;
    before = alarm;
  }
  const seconds usual =
      std::min<seconds>(lifetime < days{10} ? lifetime / 2 : lifetime / 3, days{30});
  EXPECT_GE(warned, usual * 6 / 10);
  EXPECT_GE(critical, usual * 3 / 10);
  EXPECT_LE(critical, usual / 2) << "critical long before the end cries wolf";
}

INSTANTIATE_TEST_SUITE_P(Lives, Lifetimes,
                         testing::Values(Life{"2.1.0", hours{160}}, Life{"2.1.0", days{45}},
                                         Life{"2.1.0", days{90}}, Life{"2.1.0", days{398}},
                                         Life{"5.5.0", hours{160}}, Life{"5.5.0", days{45}},
                                         Life{"5.5.0", days{90}}, Life{"5.5.0", days{398}}));

TEST(Lifetimes, NinetyDaysWarnBeforeTwentyEightAreLeftAndAreCriticalAtTen) {
  JudgeScene scene;
  scene.SetLife(days{90}, days{62});
  EXPECT_EQ(AgeAlarm(scene.JudgeOne()), Severity::kWarning);
  scene.SetLife(days{90}, days{80} + hours{1});
  EXPECT_EQ(AgeAlarm(scene.JudgeOne()), Severity::kCritical);
}

}  // namespace
}  // namespace certhealth
