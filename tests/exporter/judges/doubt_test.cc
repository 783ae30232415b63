// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/doubt.h"

#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {
namespace {

using enum Severity;
using S = JudgeScene;

/// A standalone lineage whose port a web server holds, and what else `change` makes of it.
JudgeCase PortTaken(std::string_view what, std::function<void(S&)> change, Severity severity) {
  return {"standalone_port_taken", what,
          [=](S& s) {
            ListeningSocket nginx;
            nginx.port = 80;
            nginx.process = "nginx";
            s.machine.listeners = {nginx};
            change(s);
          },
          severity, severity == kCritical ? NextRenewal::kFails : NextRenewal::kMayWork};
}

std::function<void(S&)> CliIni(std::string_view settings) {
  return [=](S& s) { s.AddCliIni("/etc/letsencrypt/cli.ini", settings); };
}

std::function<void(S&)> Command(std::string_view text) {
  return [=](S& s) { s.machine.schedule.schedulers.front().calls.front().command.text = text; };
}

JudgeCase MapIncomplete(std::string_view what, std::function<void(S&)> change, Severity severity) {
  return {"webroot_map_incomplete", what,
          [=](S& s) {
            s.conf().authenticator = "webroot";
            change(s);
          },
          severity, severity == kCritical ? NextRenewal::kFails : NextRenewal::kMayWork};
}

TEST(Doubt, IsWhatOptionsRaiseThatWinOverTheConf) {
  CheckCases({
      PortTaken("cli.ini says nothing of it", CliIni("max-log-backups = 0\nrsa-key-size = 4096\n"),
                kCritical),
      PortTaken("cli.ini chooses another method", CliIni("authenticator = webroot\n"), kWarning),
      PortTaken("cli.ini chooses the same method", CliIni("authenticator = standalone\n"),
                kCritical),
      PortTaken("cli.ini turns another method on", CliIni("webroot = true\n"), kWarning),
      PortTaken("cli.ini turns the method on that the conf has", CliIni("standalone = true\n"),
                kCritical),
      PortTaken("cli.ini gives another port", CliIni("http-01-port = 8888\n"), kWarning),
      PortTaken("the timer's command chooses another method",
                Command("certbot renew -q --webroot -w /var/www/html"), kWarning),
      PortTaken("the timer's command chooses it with a value", Command("certbot renew -a nginx"),
                kWarning),
      PortTaken("the timer's command chooses the same method",
                Command("certbot renew --authenticator standalone"), kCritical),
      PortTaken("the timer's command says nothing of it",
                Command("certbot -q renew --deploy-hook 'systemctl reload nginx'"), kCritical),
      MapIncomplete(
          "nothing completes it", [](S&) {}, kCritical),
      MapIncomplete("cli.ini completes it", CliIni("webroot-path = /var/www/html\n"), kWarning),
  });
}

TEST(Doubt, IsWhatACertbotElsewhereRaises) {
  const auto in_docker = [](S& s) {
    s.machine.schedule.schedulers.front().calls.front().command.runs_elsewhere = true;
  };
  const auto gone = [](S& s) {
    s.machine.schedule.schedulers.clear();
    s.plugins = {"standalone"};
    s.entry_point = "/usr/local/bin/certbot";
    s.SetMissing(s.entry_point);
  };
  const auto replaced = [=](S& s) {
    const auto schedulers = s.machine.schedule.schedulers;
    gone(s);
    s.machine.schedule.schedulers = schedulers;
  };
  CheckCases({
      PortTaken("certbot is started in a container", in_docker, kWarning),
      PortTaken("the program of the last run is not on this machine", gone, kWarning),
      PortTaken("the last run's program was replaced by another one", replaced, kCritical),
      MapIncomplete("the conf alone tells it", in_docker, kCritical),
  });
}

}  // namespace
}  // namespace certhealth
