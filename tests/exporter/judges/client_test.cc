// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

using S = JudgeScene;

Scheduler& Timer(S& s) { return s.machine.schedule.schedulers.front(); }

CertbotCommandLine& Command(Scheduler& scheduler) { return scheduler.calls.front().command; }

void Disable(S& s) {
  Timer(s).state = SchedulerState::kDisabled;
  Timer(s).why = "no target wants it";
}

std::vector<JudgeCase> ScheduleCases() {
  return {
      {"not_scheduled", "nothing at all", [](S& s) { s.machine.schedule.schedulers.clear(); },
       kCritical},
      {"not_scheduled", "a timer that is disabled", Disable, kCritical},
      {"not_scheduled", "an enabled timer", [](S&) {}, {}},
      {"not_scheduled",
       "something that cannot be seen",
       [](S& s) {
         s.machine.schedule.schedulers.clear();
         s.machine.schedule.failures = {{Reason::kNotFound, "this is a container"}};
       },
       {}},
      {"not_scheduled",
       "a scheduler of which it is not known",
       [](S& s) { Timer(s).state = SchedulerState::kUnknown; },
       {}},
      {"not_scheduled",
       "nothing, but it ran yesterday",
       [](S& s) {
         Disable(s);
         s.SetLastRun(hours{30});
       },
       {}},
      {"not_scheduled", "nothing, and it ran last week",
       [](S& s) {
         Disable(s);
         s.SetLastRun(days{7});
       },
       kCritical},
      {"not_scheduled",
       "nothing, and nothing to renew",
       [](S& s) {
         Disable(s);
         s.conf().autorenew = false;
       },
       {}},
      {"not_scheduled", "a timer for another lineage",
       [](S& s) { Command(Timer(s)).cert_names = {"other.example.com"}; }, kWarning},
      {"not_scheduled",
       "a timer for this lineage",
       [](S& s) { Command(Timer(s)).cert_names = {"example.com"}; },
       {}},
      {"not_scheduled", "a timer for another directory",
       [](S& s) { Command(Timer(s)).config_dir = "/srv/letsencrypt"; }, kWarning},

      {"scheduled_twice", "a timer and a cron entry",
       [](S& s) { s.AddScheduler("/etc/crontab", hours{12}); }, kWarning},
      {"scheduled_twice",
       "two lines of one table",
       [](S& s) {
         s.machine.schedule.schedulers.clear();
         s.AddScheduler("/etc/crontab", hours{24});
         s.AddScheduler("/etc/crontab", hours{24}).line = 2;
       },
       {}},
      {"scheduled_twice",
       "for different lineages",
       [](S& s) {
         Command(Timer(s)).cert_names = {"a"};
         Command(s.AddScheduler("/etc/crontab", hours{12})).cert_names = {"b"};
       },
       {}},
      {"scheduled_twice",
       "for different directories",
       [](S& s) {
         Command(Timer(s)).config_dir = "/etc/letsencrypt";
         Command(s.AddScheduler("/etc/crontab", hours{12})).config_dir = "/srv/letsencrypt";
       },
       {}},
      {"scheduled_twice",
       "the second does nothing where systemd runs",
       [](S& s) {
         s.AddScheduler("/etc/cron.d/certbot", hours{12}).state = SchedulerState::kInactive;
       },
       {}},

      {"scheduled_too_rarely", "monthly, renewed 30 days before expiry",
       [](S& s) { Timer(s).longest_period = days{31}; }, kWarning},
      {"scheduled_too_rarely",
       "weekly, renewed 30 days before expiry",
       [](S& s) { Timer(s).longest_period = days{7}; },
       {}},
      {"scheduled_too_rarely", "weekly, for a life of six days",
       [](S& s) {
         Timer(s).longest_period = days{7};
         s.SetLife(hours{160}, hours{20});
       },
       kWarning},
      {"scheduled_too_rarely",
       "the usual timer, for a life of six days under certbot 5",
       [](S& s) {
         s.machine.roots[0].running_version = "5.5.0";
         s.SetLife(hours{160}, hours{20});
       },
       {}},
      {"scheduled_too_rarely",
       "how often is not known",
       [](S& s) { Timer(s).longest_period.reset(); },
       {}},
      {"scheduled_too_rarely",
       "a monthly one beside a daily one",
       [](S& s) { s.AddScheduler("/etc/crontab", days{31}); },
       {}},
  };
}

std::vector<JudgeCase> RunCases() {
  return {
      {"runs_stopped", "a daily timer, no run for two days", [](S& s) { s.SetLastRun(days{2}); },
       kWarning},
      {"runs_stopped", "a daily timer, late by half", [](S& s) { s.SetLastRun(hours{36}); }, {}},
      {"runs_stopped",
       "a weekly timer, no run for two days",
       [](S& s) {
         s.SetLastRun(days{2});
         Timer(s).longest_period = days{7};
       },
       {}},
      {"runs_stopped", "a weekly timer, no run for eleven days",
       [](S& s) {
         s.SetLastRun(days{11});
         Timer(s).longest_period = days{7};
       },
       kWarning},
      {"runs_stopped", "no log", [](S&) {}, {}},
      {"runs_stopped",
       "the machine was off",
       [](S& s) {
         s.SetLastRun(days{20});
         s.machine.schedule.host.booted = s.now - hours{3};
       },
       {}},
      {"runs_stopped",
       "the timer was enabled this morning",
       [](S& s) {
         s.SetLastRun(days{20});
         Timer(s).set_up = s.now - hours{3};
       },
       {}},
      {"runs_stopped", "the timer is old",
       [](S& s) {
         s.SetLastRun(days{20});
         Timer(s).set_up = s.now - days{300};
       },
       kWarning},
      {"runs_stopped",
       "the log is old, but certbot wrote into a conf",
       [](S& s) {
         s.SetLastRun(days{20});
         s.machine.roots[0].last_asked = s.now - hours{5};
       },
       {}},
      {"runs_stopped",
       "nothing is scheduled",
       [](S& s) {
         s.SetLastRun(days{20});
         Disable(s);
       },
       {}},

      {"last_run_failed", "a renewal failed",
       [](S& s) {
         s.SetLastRun(hours{5}).failures = {1, 0};
       },
       kWarning},
      {"last_run_failed", "a conf does not parse",
       [](S& s) {
         s.SetLastRun(hours{5}).failures = {0, 1};
       },
       kWarning},
      {"last_run_failed", "it ended before its time",
       [](S& s) {
         s.SetLastRun(hours{5}).error = {RenewalFailure::kLock, "Another instance is running"};
       },
       kWarning},
      {"last_run_failed", "it was killed",
       [](S& s) {
         LogRun& run = s.SetLastRun(hours{5});
         run.end = RunEnd::kKilled;
         run.failures.reset();
       },
       kWarning},
      {"last_run_failed",
       "it is still running",
       [](S& s) {
         LogRun& run = s.SetLastRun(minutes{1});
         run.end = RunEnd::kOpen;
         run.failures.reset();
       },
       {}},
      {"last_run_failed", "it ended well", [](S& s) { s.SetLastRun(hours{5}); }, {}},

      {"hook_failed", "a post hook",
       [](S& s) {
         s.SetLastRun(hours{5}).failed_hooks = {{"post-hook", 1}};
       },
       kWarning},

      {"lock_held", "a run that says nothing any more",
       [](S& s) {
         s.machine.roots[0].lock_holder = LockHolder{1234};
         s.SetLastRun(hours{3}).end = RunEnd::kKilled;
       },
       kWarning},
      {"lock_held",
       "a run that began just now",
       [](S& s) {
         s.machine.roots[0].lock_holder = LockHolder{1234};
         s.SetLastRun(minutes{30}).end = RunEnd::kOpen;
       },
       {}},
      {"lock_held",
       "a run that ended long ago, and one whose log is not written yet",
       [](S& s) {
         s.machine.roots[0].lock_holder = LockHolder{1234};
         s.SetLastRun(hours{12});
       },
       {}},
      {"lock_held",
       "nobody holds it",
       [](S& s) { s.SetLastRun(hours{3}).end = RunEnd::kKilled; },
       {}},
  };
}

}  // namespace

std::vector<JudgeCase> ClientCases() {
  std::vector<JudgeCase> cases = ScheduleCases();
  std::ranges::move(RunCases(), std::back_inserter(cases));
  return cases;
}

namespace {

TEST(ClientJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(ClientCases()); }

TEST(ClientJudges, TellWhatIsThereAndWhyItDoesNothing) {
  JudgeScene scene;
  Disable(scene);
  const Report report = scene.Judge();
  ASSERT_EQ(report.clients.size(), 1U);
  EXPECT_THAT(report.clients[0].problems.front().detail,
              testing::HasSubstr("/usr/lib/systemd/system/certbot.timer (no target wants it)"));
}

TEST(ClientJudges, JudgeTheRunsAsOfTheLookWhateverMomentIsAskedFor) {
  JudgeScene scene;
  scene.SetLastRun(hours{5});
  const Report report = scene.Judge();
  const Report at_christmas = Evaluate(report.snapshot, {}, scene.now + days{30});
  EXPECT_TRUE(at_christmas.clients[0].problems.empty())
      << at_christmas.clients[0].problems[0].detail;
}

TEST(ClientJudges, AreCountedAndDecideTheWorst) {
  JudgeScene scene;
  Disable(scene);
  const Report report = scene.Judge();
  EXPECT_EQ(report.worst, kCritical);
  EXPECT_EQ(report.problems[static_cast<std::size_t>(kCritical)], 1U);
}

TEST(ClientJudges, LeaveOutWhatThePolicyIgnores) {
  JudgeScene scene;
  Disable(scene);
  const Report report = Evaluate(scene.Judge().snapshot, {{"not_scheduled"}}, scene.now);
  EXPECT_TRUE(report.clients[0].problems.empty());
}

}  // namespace
}  // namespace certhealth
