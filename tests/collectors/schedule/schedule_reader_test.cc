// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/schedule_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "collectors/base/utf8.h"
#include "tests/support/schedule_machine.h"

namespace certhealth {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::size_t CountOfCounting(const Schedule& schedule) {
  return static_cast<std::size_t>(std::ranges::count_if(
      schedule.schedulers, [](const Scheduler& s) { return s.counts() == true; }));
}

TEST(ScheduleReader, SeesTwoSchedulersAtOnce) {
  const Machine machine;
  machine.InstallDebianCertbot();
  machine.InstallSnapCertbot();
  machine.tree().Write("etc/crontab", "0 0 * * * root certbot renew\n");
  const Schedule schedule = machine.Look();
  EXPECT_THAT(schedule.schedulers, SizeIs(4));
  EXPECT_EQ(CountOfCounting(schedule), 3U);
}

TEST(ScheduleReader, SaysNotKnownRatherThanNoneInAContainer) {
  const Machine machine;
  machine.UseSysvinit();
  machine.tree().Write(".dockerenv", "");
  const Schedule schedule = machine.Look();
  EXPECT_THAT(schedule.schedulers, IsEmpty());
  EXPECT_EQ(schedule.host.systemd_runs, std::nullopt);
  ASSERT_THAT(schedule.failures, SizeIs(1));
  EXPECT_THAT(schedule.failures[0].detail, HasSubstr("container"));
}

TEST(ScheduleReader, SaysNotKnownWhereOnlyEtcIsVisible) {
  const TemporaryTree tree;
  tree.Write("etc/cron.d/certbot", Machine::Fixture("debian/cron.d-certbot"));
  tree.Link("etc/systemd/system/timers.target.wants/certbot.timer",
            "/lib/systemd/system/certbot.timer");
  const Schedule schedule = ScheduleReader(*MakePosixFileSystem(tree.root())).Read();
  EXPECT_THAT(schedule.failures, testing::Not(IsEmpty()));
  EXPECT_EQ(schedule.host.systemd_runs, std::nullopt);
  for (const Scheduler& scheduler : schedule.schedulers)
    EXPECT_NE(scheduler.counts(), true) << scheduler.where;
  ASSERT_THAT(schedule.schedulers, SizeIs(2));
  EXPECT_EQ(schedule.schedulers[1].counts(), std::nullopt);
}

TEST(ScheduleReader, AProgramThatASandboxHidesIsNotTakenForMissing) {
  const Machine machine;
  machine.InstallDebianCertbot();
  machine.tree().Write("etc/crontab", "0 0 * * * root /root/venv/bin/certbot renew\n");
  const auto files = MakePosixFileSystem(machine.tree().root());
  const auto from_crontab = [](const Schedule& schedule) {
    return std::ranges::find(schedule.schedulers, "/etc/crontab", &Scheduler::where)->calls.at(0);
  };
  EXPECT_EQ(from_crontab(ScheduleReader(*files).Read()).program.state, ProgramState::kMissing);
  const MountView sandbox(ParseMounts("20 10 0:56 / / ro - tmpfs tmpfs rw\n"),
                          ParseMounts("96 76 254:1 / / rw - ext4 /dev/vda1 rw\n"), "/");
  EXPECT_EQ(from_crontab(ScheduleReader(*files, sandbox).Read()).program.state,
            ProgramState::kUnknown);
}

TEST(ScheduleReader, SaysNotKnownWhereRunIsAnEmptyMountPoint) {
  const Machine machine;
  machine.InstallDebianCertbot();
  std::filesystem::remove_all(machine.tree().Path("run"));
  machine.tree().MakeDirectory("run");
  const Schedule schedule = machine.Look();
  EXPECT_EQ(schedule.host.systemd_runs, std::nullopt);
  ASSERT_THAT(schedule.schedulers, SizeIs(2));
  EXPECT_EQ(schedule.schedulers[0].counts(), std::nullopt);
  EXPECT_EQ(schedule.schedulers[1].counts(), std::nullopt);
}

TEST(ScheduleReader, SurvivesATreeWithNothingInIt) {
  const TemporaryTree tree;
  const Schedule schedule = ScheduleReader(*MakePosixFileSystem(tree.root())).Read();
  EXPECT_THAT(schedule.schedulers, IsEmpty());
  EXPECT_THAT(schedule.failures, testing::Not(IsEmpty()));
}

/// A FileSystem on which one directory belongs to somebody else.
class Forbidden final : public FileSystem {
 public:
  Forbidden(const FileSystem& files, std::string prefix)
      : files_(files), prefix_(std::move(prefix)) {}
  Result<std::vector<DirectoryEntry>> List(const std::string& path) const override {
    return path.starts_with(prefix_) ? Failed(path) : files_.List(path);
  }
  Result<FileStatus> Status(const std::string& path) const override { return files_.Status(path); }
  Result<FileStatus> LinkStatus(const std::string& path) const override {
    return files_.LinkStatus(path);
  }
  Result<std::string> ReadLink(const std::string& path) const override {
    return files_.ReadLink(path);
  }
  Result<FileContents> Read(const std::string& path, std::uint64_t max_bytes) const override {
    return path.starts_with(prefix_) ? Failed(path) : files_.Read(path, max_bytes);
  }
  Result<std::unique_ptr<ByteSource>> OpenForReading(const std::string& path) const override {
    if (path.starts_with(prefix_)) return Failed(path);
    return files_.OpenForReading(path);
  }
  Result<DirectoryCondition> Condition(const std::string& path) const override {
    return files_.Condition(path);
  }

 private:
  static Failure Failed(const std::string& path) {
    return {Reason::kPermissionDenied, path + " may not be read"};
  }
  const FileSystem& files_;
  std::string prefix_;
};

TEST(ScheduleReader, TellsWhatItMayNotRead) {
  const Machine machine;
  machine.tree().Write("var/spool/cron/crontabs/root", "@daily certbot renew\n");
  const auto files = MakePosixFileSystem(machine.tree().root());
  const Forbidden forbidden(*files, "/var/spool/cron/crontabs");
  const Schedule schedule = ScheduleReader(forbidden).Read();
  EXPECT_THAT(schedule.schedulers, IsEmpty());
  ASSERT_THAT(schedule.failures, SizeIs(1));
  EXPECT_EQ(schedule.failures[0].reason, Reason::kPermissionDenied);
}

TEST(ScheduleReader, AUnitThatMayNotBeReadIsUnknown) {
  const Machine machine;
  machine.InstallFedoraCertbot();
  machine.Enable("certbot-renew.timer");
  machine.Start("certbot-renew.timer");
  const auto files = MakePosixFileSystem(machine.tree().root());
  const Forbidden forbidden(*files, "/usr/lib/systemd/system/certbot-renew.service");
  const Schedule schedule = ScheduleReader(forbidden).Read();
  ASSERT_THAT(schedule.schedulers, SizeIs(1));
  EXPECT_EQ(schedule.schedulers[0].counts(), std::nullopt);
  EXPECT_THAT(schedule.failures, SizeIs(1));
}

TEST(ScheduleReader, FindsDirectoriesOnCommandLinesAndInCliIni) {
  const Machine machine;
  machine.AddProgram("usr/bin/certbot");
  machine.tree().Write("etc/letsencrypt/cli.ini", "logs-dir = /srv/log\n");
  machine.tree().Write("root/.config/letsencrypt/cli.ini", "work-dir = /srv/work\n");
  machine.tree().Write("srv/other.ini", "config-dir: /srv/other\n");
  machine.tree().Write(
      "etc/crontab",
      "0 0 * * * root certbot renew\n0 1 * * * root certbot renew --config-dir /srv/le\n"
      "0 2 * * * root certbot renew -c /srv/other.ini --logs-dir=/srv/otherlog\n");
  const Schedule schedule = machine.Look();
  EXPECT_THAT(schedule.cli_inis, SizeIs(3));
  ASSERT_THAT(schedule.directories, SizeIs(3));
  EXPECT_EQ(schedule.directories[0], (CertbotDirectories{std::nullopt, "/srv/log", "/srv/work",
                                                         "/root/.config/letsencrypt/cli.ini"}));
  EXPECT_EQ(schedule.directories[1],
            (CertbotDirectories{"/srv/le", "/srv/log", "/srv/work", "/etc/crontab"}));
  EXPECT_EQ(schedule.directories[2],
            (CertbotDirectories{"/srv/other", "/srv/otherlog", "/srv/work", "/etc/crontab"}));
}

TEST(ScheduleReader, TellsABrokenCliIniApart) {
  const Machine machine;
  machine.tree().Write("etc/letsencrypt/cli.ini", "= x\n");
  const Schedule schedule = machine.Look();
  EXPECT_THAT(schedule.failures, IsEmpty());
  ASSERT_THAT(schedule.cli_ini_failures, SizeIs(1));
  EXPECT_THAT(schedule.cli_ini_failures[0].detail, HasSubstr("/etc/letsencrypt/cli.ini, line 1"));
}

TEST(ScheduleReader, YieldsValidUtf8WhateverTheFilesSay) {
  const Machine machine;
  machine.AddProgram("usr/bin/certbot");
  machine.AddOwnUnit("certbot\xff.timer", "[Timer]\nOnCalendar=\xfe\n");
  machine.AddOwnUnit("certbot\xff.service",
                     "[Service]\nExecStart=/usr/bin/certbot renew --cert-name \xfd\n");
  machine.Enable("certbot\xff.timer", "etc/systemd/system");
  machine.tree().Write("etc/cron.d/a\xff", "0 0 * * * root certbot renew \xff\n");
  const Schedule schedule = machine.Look();
  ASSERT_THAT(schedule.schedulers, SizeIs(2));
  for (const Scheduler& scheduler : schedule.schedulers) {
    for (const std::string& text : {scheduler.where, scheduler.command_line, scheduler.why,
                                    scheduler.period_problem, scheduler.calls[0].command.text}) {
      EXPECT_TRUE(IsValidUtf8(text)) << text;
    }
  }
}

}  // namespace
}  // namespace certhealth
