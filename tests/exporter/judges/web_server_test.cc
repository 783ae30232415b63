// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/web_server.h"

#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;

namespace {

ListeningSocket Listener(const std::string& process) {
  ListeningSocket listener;
  listener.family = AddressFamily::kIpv4;
  listener.port = 80;
  listener.process = process;
  return listener;
}

}  // namespace

std::vector<JudgeCase> WebServerCases() {
  using S = JudgeScene;
  const auto fails = NextRenewal::kFails;
  const auto with = [](const char* plugin, const char* ctl, const char* root) {
    return [=](void (*change)(S&, WebServerConf&)) {
      return [=](S& s) {
        s.conf().authenticator = plugin;
        s.SetFile(ctl, 0755);
        WebServerConf conf;
        conf.complete = true;
        conf.hosts = {{{"80"}, false}, {{"443"}, true}};
        change(s, conf);
        s.machine.web_servers[std::string(plugin) + " " + root] =
            std::make_shared<const WebServerConf>(std::move(conf));
      };
    };
  };
  const auto nginx = with("nginx", "nginx", "/etc/nginx");
  const auto apache = with("apache", "apache2ctl", "/etc/apache2");
  return {
      {"web_server_config", "no nginx", nginx([](S& s, WebServerConf&) { s.SetMissing("nginx"); }),
       kCritical, fails},
      {"web_server_config", "nginx is no program",
       nginx([](S& s, WebServerConf&) { s.SetFile("nginx", 0644); }), kCritical, fails},
      {"web_server_config", "a mistake", nginx([](S&, WebServerConf& conf) {
         conf.fault = "/etc/nginx/nginx.conf:3: unexpected \"}\"";
       }),
       kCritical, fails},
      {"web_server_config", "the installer alone", nginx([](S& s, WebServerConf& conf) {
         conf.fault = "/etc/nginx/nginx.conf:3: unexpected \"}\"";
         s.conf().authenticator = "webroot";
         s.conf().installer = "nginx";
       }),
       kWarning},
      {"web_server_config",
       "cli.ini sets another directory",
       nginx([](S& s, WebServerConf& conf) {
         conf.fault = "/etc/nginx/nginx.conf:3: unexpected \"}\"";
         s.AddCliIni("/etc/letsencrypt/cli.ini", "nginx-server-root = /opt/nginx");
       }),
       {}},
      {"web_server_config", "another program holds the port",
       nginx([](S& s, WebServerConf&) { s.machine.listeners = {{Listener("haproxy")}}; }),
       kCritical, fails},
      {"web_server_config",
       "nginx holds its port",
       nginx([](S& s, WebServerConf&) { s.machine.listeners = {{Listener("nginx")}}; }),
       {}},
      {"web_server_config",
       "who holds the port cannot be seen",
       nginx([](S& s, WebServerConf&) { s.machine.listeners = {{Listener("")}}; }),
       {}},
      {"web_server_config",
       "a hook may stop what holds the port",
       nginx([](S& s, WebServerConf&) {
         s.machine.listeners = {{Listener("haproxy")}};
         s.conf().pre_hook = "systemctl stop haproxy";
       }),
       {}},
      {"web_server_config",
       "a proxy holds one address",
       nginx([](S& s, WebServerConf&) {
         s.machine.listeners = {{Listener("haproxy")}};
         s.machine.listeners->front().address[0] = 192;
       }),
       {}},
      {"web_server_config", "nothing wrong with nginx", nginx([](S&, WebServerConf&) {}), {}},
      {"web_server_config", "nobody looked", [](S& s) { s.conf().authenticator = "apache"; }, {}},
      {"web_server_config", "Apache without a host for port 80",
       apache([](S&, WebServerConf& conf) {
         conf.hosts = {{{"443"}, true}};
       }),
       kCritical, fails},
      {"web_server_config",
       "Apache without a host for port 80, as far as can be seen",
       apache([](S&, WebServerConf& conf) {
         conf.hosts = {{{"443"}, true}};
         conf.complete = false;
       }),
       {}},
      {"web_server_config",
       "Apache with a host for any port",
       apache([](S&, WebServerConf& conf) {
         conf.hosts = {{{"*"}, false}};
       }),
       {}},
      {"web_server_config",
       "Apache installs, and somebody else answers",
       apache([](S& s, WebServerConf& conf) {
         conf.hosts = {{{"443"}, true}};
         s.conf().authenticator = "webroot";
         s.conf().installer = "apache";
       }),
       {}},
  };
}

namespace {

TEST(WebServerJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(WebServerCases()); }

}  // namespace
}  // namespace certhealth
