// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "collectors/schedule/schedule_reader.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {

/// A machine's files as far as schedulers are concerned: Debian with systemd, cron and no certbot
/// yet.
class Machine {
 public:
  Machine() {
    umask(022);  // cron minds who may write its tables
    tree_.MakeDirectory("run/systemd/system");
    tree_.MakeDirectory("run/lock");
    tree_.MakeDirectory("usr/lib/systemd/system");
    tree_.MakeDirectory("etc/systemd/system");
    tree_.MakeDirectory("var/lib/systemd/timers");
    tree_.Link("lib", "usr/lib");
    AddProgram("usr/lib/systemd/systemd");
    tree_.Link("usr/sbin/init", "/usr/lib/systemd/systemd");
    AddProgram("usr/sbin/cron");
  }

  const TemporaryTree& tree() const { return tree_; }

  /// Another init than systemd.
  void UseSysvinit() const { std::filesystem::remove_all(tree_.Path("run/systemd")); }

  void AddProgram(std::string_view path) const {
    tree_.Write(path,
                "\x7f"
                "ELF");
    SetMode(path, 0755);
  }
  void AddScript(std::string_view path, std::string_view text) const {
    tree_.Write(path, text);
    SetMode(path, 0755);
  }
  void SetMode(std::string_view path, unsigned mode) const {
    std::filesystem::permissions(tree_.Path(path), static_cast<std::filesystem::perms>(mode));
  }
  void AddVendorUnit(std::string_view name, std::string_view text) const {
    tree_.Write("usr/lib/systemd/system/" + std::string(name), text);
  }
  void AddOwnUnit(std::string_view name, std::string_view text) const {
    tree_.Write("etc/systemd/system/" + std::string(name), text);
  }
  /// As systemctl enable does: an absolute link.
  void Enable(std::string_view name, std::string_view directory = "usr/lib/systemd/system",
              std::string_view target = "timers.target") const {
    tree_.Link("etc/systemd/system/" + std::string(target) + ".wants/" + std::string(name),
               '/' + std::string(directory) + '/' + std::string(name));
  }
  void Mask(std::string_view name) const {
    tree_.Link("etc/systemd/system/" + std::string(name), "/dev/null");
  }
  /// As systemd does when it first starts a persistent timer.
  void Start(std::string_view timer) const {
    tree_.Write("var/lib/systemd/timers/stamp-" + std::string(timer), "");
  }

  /// Sets when `path`, a link itself, was written.
  void SetTime(const std::string& path, std::chrono::seconds since_epoch) const {
    const timespec time{since_epoch.count(), 0};
    const timespec both[] = {time, time};
    utimensat(AT_FDCWD, tree_.Path(path).c_str(), both, AT_SYMLINK_NOFOLLOW);
  }

  /// The text of tests/fixtures/schedule/`name`.
  static std::string Fixture(std::string_view name) {
    std::ifstream file(std::string(CERTHEALTH_SOURCE_DIR) + "/tests/fixtures/schedule/" +
                       std::string(name));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  /// Debian's package, as its maintainer scripts leave it.
  void InstallDebianCertbot() const {
    AddProgram("usr/bin/certbot");
    AddVendorUnit("certbot.timer", Fixture("debian/certbot.timer"));
    AddVendorUnit("certbot.service", Fixture("debian/certbot.service"));
    tree_.Write("etc/cron.d/certbot", Fixture("debian/cron.d-certbot"));
    Enable("certbot.timer", "lib/systemd/system");
    Start("certbot.timer");
  }

  void InstallSnapCertbot() const {
    AddProgram("usr/bin/snap");
    tree_.Link("snap/bin/certbot", "/usr/bin/snap");
    AddOwnUnit("snap.certbot.renew.timer", Fixture("snap/snap.certbot.renew.timer"));
    AddOwnUnit("snap.certbot.renew.service", Fixture("snap/snap.certbot.renew.service"));
    Enable("snap.certbot.renew.timer", "etc/systemd/system");
  }

  void InstallFedoraCertbot() const {
    AddProgram("usr/bin/certbot");
    AddVendorUnit("certbot-renew.timer", Fixture("fedora/certbot-renew.timer"));
    AddVendorUnit("certbot-renew.service", Fixture("fedora/certbot-renew.service"));
    tree_.Write("etc/sysconfig/certbot", Fixture("fedora/sysconfig-certbot"));
  }

  Schedule Look() const { return ScheduleReader(*MakePosixFileSystem(tree_.root())).Read(); }

 private:
  TemporaryTree tree_;
};

}  // namespace certhealth
