// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/cron.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/schedule_machine.h"

namespace certhealth {
namespace {

using std::chrono::days;
using std::chrono::hours;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Scheduler OnlyScheduler(const Machine& machine) {
  const Schedule schedule = machine.Look();
  EXPECT_THAT(schedule.schedulers, SizeIs(1));
  EXPECT_THAT(schedule.failures, IsEmpty());
  return schedule.schedulers.empty() ? Scheduler{} : schedule.schedulers.front();
}

/// A machine with a certbot and nothing that starts it.
struct Cron : testing::Test {
  Cron() { machine.AddProgram("usr/bin/certbot"); }
  Machine machine;
};

TEST_F(Cron, ReadsTheSystemsTable) {
  machine.tree().Write("etc/crontab",
                       "SHELL=/bin/sh\n0 0,12 * * * root sleep 1234 && certbot renew -q\n");
  const Scheduler entry = OnlyScheduler(machine);
  EXPECT_EQ(entry.kind, SchedulerKind::kCrontab);
  EXPECT_EQ(entry.where, "/etc/crontab");
  EXPECT_EQ(entry.line, 2U);
  EXPECT_EQ(entry.state, SchedulerState::kEnabled) << entry.why;
  EXPECT_EQ(entry.longest_period, hours(12));
  EXPECT_EQ(entry.command_line, "sleep 1234 && certbot renew -q");
}

TEST_F(Cron, ReadsUsersTables) {
  for (const char* path : {"var/spool/cron/crontabs/root", "var/spool/cron/root",
                           "etc/crontabs/root", "var/spool/cron/tabs/root"}) {
    const Machine other;
    other.AddProgram("usr/bin/certbot");
    other.tree().Write(path, "@weekly certbot renew\n");
    const Scheduler entry = OnlyScheduler(other);
    EXPECT_EQ(entry.kind, SchedulerKind::kUserCrontab);
    EXPECT_EQ(entry.where, '/' + std::string(path));
    EXPECT_EQ(entry.state, SchedulerState::kEnabled) << entry.why;
    EXPECT_EQ(entry.longest_period, days(7));
  }
}

TEST_F(Cron, ReadsScriptsOfEveryPeriod) {
  const std::pair<const char*, std::chrono::seconds> periods[]{
      {"hourly", hours(1)}, {"daily", days(1)}, {"weekly", days(7)}, {"monthly", days(31)}};
  for (const auto& [period, length] : periods) {
    const Machine other;
    other.AddProgram("usr/bin/certbot");
    other.AddScript("etc/cron." + std::string(period) + "/renew",
                    "#!/bin/sh\nexec certbot renew\n");
    const Scheduler script = OnlyScheduler(other);
    EXPECT_EQ(NameOf(script.kind), "cron." + std::string(period));
    EXPECT_EQ(script.state, SchedulerState::kEnabled) << script.why;
    EXPECT_EQ(script.longest_period, length);
  }
}

TEST_F(Cron, PassesOverScriptsThatRunPartsPassesOver) {
  machine.AddScript("etc/cron.daily/renew.sh", "#!/bin/sh\ncertbot renew\n");
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kInactive);
  std::filesystem::rename(machine.tree().Path("etc/cron.daily/renew.sh"),
                          machine.tree().Path("etc/cron.daily/renew"));
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kEnabled);
  machine.SetMode("etc/cron.daily/renew", 0644);
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kInactive);
  EXPECT_EQ(OnlyScheduler(machine).why, "it is not executable");
}

TEST_F(Cron, TakesDotsInNamesAsTheDaemonDoes) {
  machine.tree().Write("etc/cron.d/certbot.cron", "0 0 * * * root certbot renew\n");
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kInactive);
  std::filesystem::remove(machine.tree().Path("usr/sbin/cron"));
  machine.AddProgram("usr/sbin/crond");  // cronie
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kEnabled);
  machine.tree().Write("etc/cron.d/certbot.cron.rpmsave", "0 0 * * * root certbot renew\n");
  const Schedule schedule = machine.Look();
  ASSERT_THAT(schedule.schedulers, SizeIs(2));
  EXPECT_EQ(schedule.schedulers[1].state, SchedulerState::kInactive);
}

TEST_F(Cron, PassesOverTablesThatOthersMayWrite) {
  machine.tree().Write("etc/cron.d/renew", "0 0 * * * root certbot renew\n");
  machine.SetMode("etc/cron.d/renew", 0664);
  EXPECT_THAT(OnlyScheduler(machine).why, HasSubstr("others may write"));
  machine.SetMode("etc/cron.d/renew", 0644);
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kEnabled);
}

TEST_F(Cron, KnowsWhatDebiansCronDropsAFileFor) {
  machine.tree().Write("etc/cron.d/renew", "0 0 * * * root certbot renew");
  EXPECT_THAT(OnlyScheduler(machine).why, HasSubstr("last line"));
  machine.tree().Write("etc/cron.d/renew", "0 0 * * root\n0 0 * * * root certbot renew\n");
  EXPECT_THAT(OnlyScheduler(machine).why, HasSubstr("line 1"));
  std::filesystem::remove(machine.tree().Path("usr/sbin/cron"));
  machine.AddProgram("usr/sbin/crond");
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kEnabled);
}

TEST_F(Cron, TellsOfALineThatIsNoCrontab) {
  machine.tree().Write("etc/crontab", "0 0 * * * certbot renew\n");  // the user is missing
  const Scheduler entry = OnlyScheduler(machine);
  EXPECT_EQ(entry.state, SchedulerState::kInactive);
  EXPECT_EQ(entry.line, 1U);
  EXPECT_EQ(entry.command_line, "0 0 * * * certbot renew");
}

TEST_F(Cron, TheLeftOverEntryOfARemovedPackageRenewsNothing) {
  machine.UseSysvinit();
  machine.tree().Write("etc/cron.d/certbot", Machine::Fixture("debian/cron.d-certbot"));
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kEnabled);
  std::filesystem::remove(machine.tree().Path("usr/bin/certbot"));
  const Scheduler entry = OnlyScheduler(machine);
  EXPECT_EQ(entry.state, SchedulerState::kInactive);
  EXPECT_THAT(entry.why, HasSubstr("/usr/bin/certbot does not exist"));
}

TEST_F(Cron, KnowsItsShortSearchPath) {
  std::filesystem::remove(machine.tree().Path("usr/bin/certbot"));
  machine.AddProgram("usr/bin/snap");
  machine.tree().Link("snap/bin/certbot", "/usr/bin/snap");
  machine.tree().Write("var/spool/cron/crontabs/root", "@daily certbot renew\n");
  const Scheduler entry = OnlyScheduler(machine);
  EXPECT_EQ(entry.counts(), std::nullopt);  // /etc/environment may extend it
  EXPECT_THAT(entry.why, HasSubstr("/snap/bin/certbot exists"));
  machine.tree().Write("var/spool/cron/crontabs/root",
                       "PATH=/usr/bin:/bin\n@daily certbot renew\n");
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kInactive);
  machine.tree().Write("var/spool/cron/crontabs/root",
                       "PATH=/bin:/snap/bin\n@daily certbot renew\n");
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kEnabled);
}

TEST_F(Cron, NeedsADaemon) {
  std::filesystem::remove(machine.tree().Path("usr/sbin/cron"));
  machine.tree().Write("etc/crontab", "0 0 * * * root certbot renew\n");
  EXPECT_EQ(OnlyScheduler(machine).why, "no cron daemon is installed");
}

TEST_F(Cron, NeedsItsDaemonEnabled) {
  machine.tree().Write("etc/crontab", "0 0 * * * root certbot renew\n");
  machine.AddVendorUnit("cron.service", "[Service]\nExecStart=/usr/sbin/cron -f\n");
  EXPECT_EQ(OnlyScheduler(machine).why, "cron.service is disabled");
  machine.Enable("cron.service", "usr/lib/systemd/system", "multi-user.target");
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kEnabled);
  machine.Mask("cron.service");
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kInactive);
}

TEST_F(Cron, LooksIntoTheScriptsAndServicesThatItStarts) {
  machine.AddScript("opt/site/renew.sh",
                    "#!/bin/bash\nset -e\n/usr/bin/certbot renew --deploy-hook /opt/site/reload\n");
  machine.tree().Write("etc/crontab",
                       "0 0 * * 0 root cd /opt/site && bash /opt/site/renew.sh >/dev/null 2>&1\n");
  const Scheduler entry = OnlyScheduler(machine);
  EXPECT_EQ(entry.state, SchedulerState::kEnabled) << entry.why;
  EXPECT_EQ(entry.calls[0].script, "/opt/site/renew.sh");
  EXPECT_EQ(entry.calls[0].command.deploy_hook, "/opt/site/reload");
  machine.AddOwnUnit("renew.service", "[Service]\nExecStart=/usr/bin/certbot renew\n");
  machine.tree().Write("etc/crontab", "0 0 * * 0 root systemctl start renew\n");
  EXPECT_EQ(OnlyScheduler(machine).calls[0].script, "/etc/systemd/system/renew.service");
}

TEST_F(Cron, ReadsAnacron) {
  machine.tree().Write("etc/anacrontab",
                       Machine::Fixture("debian/anacrontab") + "14 5 renew certbot renew\n");
  EXPECT_EQ(OnlyScheduler(machine).state, SchedulerState::kInactive);
  machine.AddProgram("usr/sbin/anacron");
  const Scheduler entry = OnlyScheduler(machine);
  EXPECT_EQ(entry.kind, SchedulerKind::kAnacron);
  EXPECT_EQ(entry.state, SchedulerState::kEnabled) << entry.why;
  EXPECT_EQ(entry.longest_period, days(14));
}

TEST_F(Cron, ABootIsNoPeriod) {
  machine.tree().Write("etc/crontab", "@reboot root certbot renew\n");
  const Scheduler entry = OnlyScheduler(machine);
  EXPECT_EQ(entry.state, SchedulerState::kInactive);
  EXPECT_EQ(entry.longest_period, std::nullopt);
}

TEST_F(Cron, ARareEntrySaysHowRare) {
  machine.tree().Write("etc/crontab", "0 1 1 */2 * root certbot renew\n");
  EXPECT_EQ(OnlyScheduler(machine).longest_period, days(62));
}

}  // namespace
}  // namespace certhealth
