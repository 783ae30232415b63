// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/timers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/schedule_machine.h"

namespace certhealth {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The only scheduler of the machine; an empty one, with a failure, when there is another number.
Scheduler OnlyScheduler(const Machine& machine) {
  const Schedule schedule = machine.Look();
  EXPECT_THAT(schedule.schedulers, SizeIs(1));
  EXPECT_THAT(schedule.failures, IsEmpty());
  return schedule.schedulers.empty() ? Scheduler{} : schedule.schedulers.front();
}

TEST(Timers, NothingIsNoneWhereEverythingIsVisible) {
  const Machine machine;
  const Schedule schedule = machine.Look();
  EXPECT_THAT(schedule.schedulers, IsEmpty());
  EXPECT_THAT(schedule.failures, IsEmpty());
  EXPECT_EQ(schedule.host.systemd_runs, true);
}

TEST(Timers, DebiansTimerCountsAndItsCronEntryDoesNot) {
  const Machine machine;
  machine.InstallDebianCertbot();
  const Schedule schedule = machine.Look();
  EXPECT_THAT(schedule.failures, IsEmpty());
  ASSERT_THAT(schedule.schedulers, SizeIs(2));
  const Scheduler& timer = schedule.schedulers[0];
  EXPECT_EQ(timer.kind, SchedulerKind::kSystemd);
  EXPECT_EQ(timer.where, "/usr/lib/systemd/system/certbot.timer");
  EXPECT_EQ(timer.command_line, "/usr/bin/certbot -q renew --no-random-sleep-on-renew");
  EXPECT_EQ(timer.state, SchedulerState::kEnabled) << timer.why;
  EXPECT_EQ(timer.counts(), true);
  EXPECT_EQ(timer.longest_period, hours(24));  // 12 hours and up to 12 hours of random delay
  EXPECT_TRUE(timer.last_trigger);
  ASSERT_THAT(timer.calls, SizeIs(1));
  EXPECT_EQ(timer.calls[0].program.path, "/usr/bin/certbot");
  EXPECT_EQ(timer.calls[0].program.state, ProgramState::kExecutable);
  const Scheduler& cron = schedule.schedulers[1];
  EXPECT_EQ(cron.kind, SchedulerKind::kCronD);
  EXPECT_EQ(cron.state, SchedulerState::kInactive);
  EXPECT_THAT(cron.why, HasSubstr("where systemd runs"));
}

TEST(Timers, TellWhenTheyWereWrittenOrEnabledWhicheverIsTheLater) {
  const Machine machine;
  machine.InstallDebianCertbot();
  const std::string unit = "usr/lib/systemd/system/certbot.timer";
  const std::string link = "etc/systemd/system/timers.target.wants/certbot.timer";
  machine.SetTime(unit, hours{500'000});
  machine.SetTime(link, hours{400'000});
  EXPECT_EQ(machine.Look().schedulers[0].set_up, WallTime{hours{500'000}});
  machine.SetTime(link, hours{500'003});
  EXPECT_EQ(machine.Look().schedulers[0].set_up, WallTime{hours{500'003}});
  machine.SetTime("etc/cron.d/certbot", hours{500'001});
  EXPECT_EQ(machine.Look().schedulers[1].set_up, WallTime{hours{500'001}});
}

TEST(Timers, ABootIsKnownFromTheKernelsStatistics) {
  const Machine machine;
  EXPECT_FALSE(machine.Look().host.booted);
  machine.tree().Write("proc/stat",
                       "cpu  1 2 3\nintr 5 6\nctxt 7\nbtime 1795000000\nprocesses 8\n");
  EXPECT_EQ(machine.Look().host.booted, WallTime{std::chrono::seconds{1'795'000'000}});
  for (const char* text : {"", "btime 5", "cpu\nbtime x\n", "cpu\nbtime -5\n", "cpu\nbtime "}) {
    machine.tree().Write("proc/stat", text);
    EXPECT_FALSE(machine.Look().host.booted) << text;
  }
}

TEST(Timers, WithoutSystemdDebiansCronEntryCountsAndItsTimerDoesNot) {
  const Machine machine;
  machine.InstallDebianCertbot();
  machine.UseSysvinit();
  const Schedule schedule = machine.Look();
  EXPECT_EQ(schedule.host.systemd_runs, false);
  EXPECT_THAT(schedule.failures, IsEmpty());
  ASSERT_THAT(schedule.schedulers, SizeIs(2));
  EXPECT_EQ(schedule.schedulers[0].state, SchedulerState::kInactive);
  EXPECT_THAT(schedule.schedulers[0].why, HasSubstr("systemd does not run"));
  EXPECT_EQ(schedule.schedulers[1].state, SchedulerState::kEnabled) << schedule.schedulers[1].why;
  EXPECT_EQ(schedule.schedulers[1].longest_period, hours(24));
}

TEST(Timers, AMaskedTimerIsNamedWithWhatItHides) {
  for (const bool empty_file : {false, true}) {
    const Machine machine;
    machine.InstallDebianCertbot();
    machine.tree().Write("etc/cron.d/certbot", "");
    if (empty_file) {
      machine.AddOwnUnit("certbot.timer", "");
    } else {
      machine.Mask("certbot.timer");
    }
    const Scheduler timer = OnlyScheduler(machine);
    EXPECT_EQ(timer.state, SchedulerState::kMasked);
    EXPECT_EQ(timer.where, "/etc/systemd/system/certbot.timer");
    EXPECT_EQ(timer.counts(), false);
    EXPECT_THAT(timer.calls, SizeIs(1));
  }
}

TEST(Timers, AMaskedServiceStopsItsTimer) {
  const Machine machine;
  machine.InstallFedoraCertbot();
  machine.Enable("certbot-renew.timer");
  machine.Start("certbot-renew.timer");
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kEnabled);
  machine.Mask("certbot-renew.service");
  const Scheduler timer = OnlyScheduler(machine);
  EXPECT_EQ(timer.state, SchedulerState::kMasked);
  EXPECT_EQ(timer.why, "/etc/systemd/system/certbot-renew.service masks it");
}

TEST(Timers, FedorasTimerIsDisabledAsInstalled) {
  const Machine machine;
  machine.InstallFedoraCertbot();
  const Scheduler timer = OnlyScheduler(machine);
  EXPECT_EQ(timer.state, SchedulerState::kDisabled);
  EXPECT_THAT(timer.why, HasSubstr("systemctl enable --now certbot-renew.timer"));
}

TEST(Timers, FedorasTimerWaitsForABootAfterItIsEnabled) {
  const Machine machine;
  machine.InstallFedoraCertbot();
  machine.Enable("certbot-renew.timer");
  const Scheduler timer = OnlyScheduler(machine);
  EXPECT_EQ(timer.state, SchedulerState::kInactive);
  EXPECT_THAT(timer.why, HasSubstr("never started"));
  machine.Start("certbot-renew.timer");
  const Scheduler started = OnlyScheduler(machine);
  EXPECT_EQ(started.state, SchedulerState::kEnabled) << started.why;
  EXPECT_EQ(started.longest_period, hours(24));
  ASSERT_THAT(started.calls, SizeIs(1));
  EXPECT_EQ(started.calls[0].command.deploy_hook,
            "systemctl reload httpd");  // of /etc/sysconfig/certbot
}

TEST(Timers, ATargetThatNothingReachesEnablesNothing) {
  const Machine machine;
  machine.InstallFedoraCertbot();
  machine.Start("certbot-renew.timer");
  machine.Enable("certbot-renew.timer", "usr/lib/systemd/system",
                 "timer.target");  // WantedBy=timer.target
  const Scheduler timer = OnlyScheduler(machine);
  EXPECT_EQ(timer.state, SchedulerState::kDisabled);
  EXPECT_THAT(timer.why, HasSubstr("timer.target.wants/certbot-renew.timer"));
}

TEST(Timers, ATargetThatAReachedOneWantsEnables) {
  const Machine machine;
  machine.InstallFedoraCertbot();
  machine.Start("certbot-renew.timer");
  machine.Enable("certbot-renew.timer", "usr/lib/systemd/system", "site.target");
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kDisabled);
  machine.Enable("site.target", "etc/systemd/system", "multi-user.target");
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kEnabled);
}

TEST(Timers, TheSnapsTimerCounts) {
  const Machine machine;
  machine.InstallSnapCertbot();
  const Scheduler timer = OnlyScheduler(machine);
  EXPECT_EQ(timer.kind, SchedulerKind::kSnap);
  EXPECT_EQ(timer.state, SchedulerState::kEnabled) << timer.why;
  EXPECT_EQ(timer.longest_period, hours(13) + minutes(25));
  EXPECT_FALSE(timer.last_trigger);
  EXPECT_EQ(timer.calls[0].program.path, "/usr/bin/snap");
}

TEST(Timers, TheSnapsTimerIsNeutralisedByADropIn) {
  const Machine machine;
  machine.InstallSnapCertbot();
  machine.AddOwnUnit("snap.certbot.renew.timer.d/override.conf", "[Timer]\nOnCalendar=\n");
  const Scheduler timer = OnlyScheduler(machine);
  EXPECT_EQ(timer.state, SchedulerState::kInactive);
  EXPECT_THAT(timer.why, HasSubstr("OnCalendar="));
  EXPECT_FALSE(timer.longest_period);
}

TEST(Timers, DropInsOfTimerAndServiceChangeThem) {
  const Machine machine;
  machine.InstallFedoraCertbot();
  machine.Enable("certbot-renew.timer");
  machine.Start("certbot-renew.timer");
  machine.AddOwnUnit("certbot-renew.timer.d/10-weekly.conf",
                     "[Timer]\nOnCalendar=\nOnCalendar=Mon 04:00\nRandomizedDelaySec=1h\n");
  machine.AddOwnUnit("certbot-renew.service.d/10-more.conf",
                     "[Service]\nExecStart=\nExecStart=/usr/bin/certbot renew --config-dir /srv/le "
                     "--cert-name a\n");
  const Scheduler timer = OnlyScheduler(machine);
  EXPECT_EQ(timer.longest_period, hours(7 * 24 + 1));
  ASSERT_THAT(timer.calls, SizeIs(1));
  EXPECT_EQ(timer.calls[0].command.config_dir, "/srv/le");
  EXPECT_EQ(ReachOf(timer.calls[0].command), RenewalReach::kSome);
}

TEST(Timers, TheStrongerOfTwoDropInsOfOneNameWins) {
  const Machine machine;
  machine.InstallFedoraCertbot();
  machine.Enable("certbot-renew.timer");
  machine.Start("certbot-renew.timer");
  machine.AddVendorUnit("certbot-renew.timer.d/a.conf",
                        "[Timer]\nOnCalendar=\nOnCalendar=monthly\n");
  machine.AddOwnUnit("certbot-renew.timer.d/a.conf", "[Timer]\nRandomizedDelaySec=0\n");
  EXPECT_EQ(OnlyScheduler(machine).longest_period, hours(12));
  machine.tree().Link("etc/systemd/system/certbot-renew.timer.d/a.conf", "/dev/null");
  EXPECT_EQ(OnlyScheduler(machine).longest_period, hours(24));
}

TEST(Timers, ADryRunRenewsNothing) {
  const Machine machine;
  machine.InstallFedoraCertbot();
  machine.Enable("certbot-renew.timer");
  machine.Start("certbot-renew.timer");
  machine.AddOwnUnit("certbot-renew.service.d/test.conf",
                     "[Service]\nExecStart=\nExecStart=/usr/bin/certbot renew --dry-run\n");
  const Scheduler timer = OnlyScheduler(machine);
  EXPECT_EQ(timer.state, SchedulerState::kInactive);
  EXPECT_THAT(timer.why, HasSubstr("--dry-run"));
}

TEST(Timers, ARemovedPackageLeavesADanglingLink) {
  const Machine machine;
  machine.Enable("certbot.timer");
  const Scheduler timer = OnlyScheduler(machine);
  EXPECT_EQ(timer.state, SchedulerState::kInactive);
  EXPECT_EQ(timer.why, "enabled, but certbot.timer does not exist");
  EXPECT_EQ(timer.where, "/etc/systemd/system/timers.target.wants/certbot.timer");
}

TEST(Timers, AMissingProgramRenewsNothing) {
  const Machine machine;
  machine.InstallFedoraCertbot();
  machine.Enable("certbot-renew.timer");
  machine.Start("certbot-renew.timer");
  machine.SetMode("usr/bin/certbot", 0644);
  EXPECT_THAT(OnlyScheduler(machine).why, HasSubstr("not an executable"));
  std::filesystem::remove(machine.tree().Path("usr/bin/certbot"));
  machine.AddProgram("usr/bin/true");
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kInactive);
  EXPECT_THAT(OnlyScheduler(machine).why, HasSubstr("/usr/bin/certbot does not exist"));
  machine.AddScript("usr/bin/certbot", "#!/usr/bin/python3.9\nimport certbot\n");
  EXPECT_THAT(OnlyScheduler(machine).why, HasSubstr("needs /usr/bin/python3.9"));
  machine.AddProgram("usr/bin/python3.9");
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kEnabled);
}

TEST(Timers, AHomeMadeTimerIsFoundByWhatItsServiceCalls) {
  const Machine machine;
  machine.AddProgram("opt/certbot/bin/certbot");
  machine.AddOwnUnit("tls.timer",
                     "[Timer]\nOnBootSec=5min\nOnUnitActiveSec=8h\nUnit=renew-tls.service\n");
  machine.AddOwnUnit("renew-tls.service",
                     "[Service]\nType=oneshot\nExecStart=-/opt/certbot/bin/certbot renew\n");
  machine.Enable("tls.timer", "etc/systemd/system");
  const Scheduler timer = OnlyScheduler(machine);
  EXPECT_EQ(timer.where, "/etc/systemd/system/tls.timer");
  EXPECT_EQ(timer.state, SchedulerState::kEnabled) << timer.why;
  EXPECT_EQ(timer.longest_period, hours(8));
}

TEST(Timers, AScriptThatAServiceRunsIsLookedInto) {
  const Machine machine;
  machine.AddProgram("usr/bin/certbot");
  machine.AddScript("usr/local/sbin/renew-all",
                    "#!/bin/sh\n# certbot renew is below\ncertbot renew --quiet\n");
  machine.AddOwnUnit("tls@.timer", "[Timer]\nOnCalendar=daily\n");
  machine.AddOwnUnit("tls@.service", "[Service]\nExecStart=/usr/local/sbin/renew-all %i\n");
  machine.tree().Link("etc/systemd/system/timers.target.wants/tls@web.timer",
                      "/etc/systemd/system/tls@.timer");
  const Scheduler timer = OnlyScheduler(machine);
  EXPECT_EQ(timer.state, SchedulerState::kEnabled) << timer.why;
  ASSERT_THAT(timer.calls, SizeIs(1));
  EXPECT_EQ(timer.calls[0].script, "/usr/local/sbin/renew-all");
  EXPECT_EQ(timer.calls[0].program.path, "/usr/bin/certbot");
}

TEST(Timers, ATimerOnlyForBootsHasNoPeriod) {
  const Machine machine;
  machine.InstallFedoraCertbot();
  machine.AddOwnUnit("certbot-renew.timer", "[Timer]\nOnBootSec=10min\n");
  machine.Enable("certbot-renew.timer", "etc/systemd/system");
  const Scheduler timer = OnlyScheduler(machine);
  EXPECT_EQ(timer.longest_period, std::nullopt);
  EXPECT_THAT(timer.period_problem, HasSubstr("once after a boot"));
}

TEST(Timers, AnUnknownCalendarLeavesThePeriodUnknown) {
  const Machine machine;
  machine.InstallFedoraCertbot();
  machine.AddOwnUnit("certbot-renew.timer", "[Timer]\nOnCalendar=every other day\n");
  machine.Enable("certbot-renew.timer", "etc/systemd/system");
  const Scheduler timer = OnlyScheduler(machine);
  EXPECT_EQ(timer.longest_period, std::nullopt);
  EXPECT_THAT(timer.period_problem, HasSubstr("every other day"));
}

TEST(Timers, AServiceWithoutATimerIsNotGuessedAt) {
  const Machine machine;
  machine.AddProgram("usr/bin/certbot");
  machine.AddOwnUnit(
      "renew-loop.service",
      "[Service]\nExecStart=/bin/sh -c 'while :; do certbot renew; sleep 12h; done'\n");
  EXPECT_THAT(machine.Look().schedulers, IsEmpty());
  machine.Enable("renew-loop.service", "etc/systemd/system", "multi-user.target");
  const Scheduler service = OnlyScheduler(machine);
  EXPECT_EQ(service.counts(), std::nullopt);
  EXPECT_EQ(service.longest_period, std::nullopt);
}

TEST(Timers, OtherTimersAreNoneOfOurs) {
  const Machine machine;
  machine.AddVendorUnit("apt-daily.timer", "[Timer]\nOnCalendar=daily\n");
  machine.AddVendorUnit("apt-daily.service",
                        "[Service]\nExecStart=/usr/lib/apt/apt.systemd.daily update\n");
  machine.AddScript("usr/lib/apt/apt.systemd.daily", "#!/bin/sh\napt-get update\n");
  machine.Enable("apt-daily.timer");
  EXPECT_THAT(machine.Look().schedulers, IsEmpty());
}

}  // namespace
}  // namespace certhealth
