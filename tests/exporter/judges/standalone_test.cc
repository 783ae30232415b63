// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/standalone.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;

namespace {

using S = JudgeScene;

ListeningSocket On(const char* address, std::uint16_t port = 80) {
  ListeningSocket listener;
  listener.port = port;
  listener.process = "nginx";
  if (inet_pton(AF_INET, address, listener.address.data()) == 1) return listener;
  listener.family = AddressFamily::kIpv6;
  inet_pton(AF_INET6, address, listener.address.data());
  return listener;
}

ListeningSocket OnIpv6(const char* address, std::optional<bool> ipv6_only) {
  ListeningSocket listener = On(address);
  listener.ipv6_only = ipv6_only;
  return listener;
}

/// A machine with the addresses of 192.0.2.0/24.
OwnNetwork Network() {
  OwnNetwork network;
  network.addresses = {*ParseAddressRange("192.0.2.0/24")};
  network.may_bind_foreign_ipv4 = false;
  return network;
}

JudgeCase With(
    std::string_view what, ListeningSocket listener, std::optional<Severity> severity,
    std::function<void(S&)> change = [](S&) {}) {
  return {"standalone_port_taken", what,
          [=](S& s) {
            s.machine.listeners = {listener};
            change(s);
          },
          severity, severity == kCritical ? NextRenewal::kFails : NextRenewal::kMayWork};
}

void EarlierHook(S& s, const std::string& lineage, const std::string& command) {
  s.machine.roots.front().first_with_pre_hook[command] = lineage;
}

std::function<void(S&)> BindsTo(const char* address) {
  return [address](S& s) { s.conf().http01_address = address; };
}

}  // namespace

std::vector<JudgeCase> StandaloneCases() {
  const auto in_network = [](const char* address) {
    return [address](S& s) {
      s.machine.network = Network();
      s.conf().http01_address = address;
    };
  };
  return {
      With("an address of nobody here", On("127.0.0.1"), kCritical, in_network("203.0.113.1")),
      With("an address of nobody here, which a pre hook may add", On("127.0.0.1"), kWarning,
           [=](S& s) {
             in_network("203.0.113.1")(s);
             s.conf().pre_hook = "ip address add 203.0.113.1 dev eth0";
           }),
      With("an address of this machine", On("127.0.0.1"), {}, in_network("192.0.2.7")),
      With("an IPv6 address, of which nothing is known", On("127.0.0.1"), {},
           in_network("2001:db8::1")),
      With("every IPv4 address", On("0.0.0.0"), kCritical),
      With("one IPv4 address", On("127.0.0.1"), kCritical),
      With("an IPv4 address in IPv6 dress", OnIpv6("::ffff:10.0.0.1", false), kCritical),
      With("both families", OnIpv6("::", false), kCritical),
      With("IPv6 alone", OnIpv6("::", true), {}),
      With("one IPv6 address", OnIpv6("::1", false), {}),
      With("IPv6, and whether IPv4 too is not known", OnIpv6("::", {}), kWarning),
      With("an IPv4 address, and certbot binds all of them", On("192.168.1.5"), kCritical,
           BindsTo("0.0.0.0")),
      With("one IPv6 address, and certbot binds all of IPv4", OnIpv6("::1", true), {},
           BindsTo("0.0.0.0")),
      With("an IPv4 address, and certbot binds both families", On("192.168.1.5"), kCritical,
           BindsTo("::")),
      With("one IPv6 address, and certbot binds both families", OnIpv6("::1", true), kCritical,
           BindsTo("::")),
      With("all, but an earlier lineage's pre hook may stop it", On("0.0.0.0"), kWarning,
           [](S& s) { EarlierHook(s, "a", "systemctl stop nginx"); }),
      With("all, and an earlier lineage's pre hook stops another server", On("0.0.0.0"), kCritical,
           [](S& s) { EarlierHook(s, "a", "systemctl stop apache2"); }),
      With("all, and earlier lineages have more pre hooks than are looked at", On("0.0.0.0"),
           kWarning,
           [](S& s) {
             for (const char* code : {"0", "1", "2", "3", "4"})
               EarlierHook(s, "a", std::string("exit ") + code);
           }),
      With("all, and only a later lineage has a pre hook", On("0.0.0.0"), kCritical,
           [](S& s) { EarlierHook(s, "zzz", "systemctl stop nginx"); }),
      With("another port", On("0.0.0.0", 8080), {}),
      With("the port that the conf gives", On("0.0.0.0", 8080), kCritical,
           [](S& s) { s.conf().http01_port = 8080; }),
      With("another authenticator", On("0.0.0.0"), {},
           [](S& s) { s.conf().authenticator = "nginx"; }),
      With("nothing renews it", On("0.0.0.0"), {}, [](S& s) { s.conf().autorenew = false; }),
      With("a pre hook", On("0.0.0.0"), kWarning,
           [](S& s) { s.conf().pre_hook = "systemctl stop nginx"; }),
      With("a pre hook that is not there", On("0.0.0.0"), kCritical,
           [](S& s) {
             s.conf().pre_hook = "/x/stop nginx";
             s.SetMissing("/x/stop");
           }),
      With("a pre hook that is not there, and another behind it", On("0.0.0.0"), kWarning,
           [](S& s) {
             s.conf().pre_hook = "/x/stop; service nginx stop";
             s.SetMissing("/x/stop");
           }),
      With("a program in renewal-hooks/pre", On("0.0.0.0"), kWarning,
           [](S& s) { s.machine.roots[0].pre_hooks.programs = {"/x/stop"}; }),
      With("a script in renewal-hooks/pre that stops nothing", On("0.0.0.0"), kCritical,
           [](S& s) {
             s.machine.roots[0].pre_hooks.programs = {"/x/stop"};
             s.machine.hook_scripts["/x/stop"] = EffectOfScript("#!/bin/sh\nexit 0\n");
           }),
      With("two scripts in renewal-hooks/pre, of which one is not understood", On("0.0.0.0"),
           kWarning,
           [](S& s) {
             s.machine.roots[0].pre_hooks.programs = {"/x/a", "/x/b"};
             s.machine.hook_scripts["/x/a"] = EffectOfScript("exit 0\n");
             s.machine.hook_scripts["/x/b"] = EffectOfScript("/x/stop nginx\n");
           }),
      With("a pre hook that stops another server", On("0.0.0.0"), kCritical,
           [](S& s) { s.conf().pre_hook = "systemctl stop apache2 haproxy"; }),
      With("a pre hook that stops it beside another server", On("0.0.0.0"), kWarning,
           [](S& s) { s.conf().pre_hook = "systemctl stop apache2 nginx"; }),
      With("a pre hook that starts it anew", On("0.0.0.0"), kWarning,
           [](S& s) { s.conf().pre_hook = "systemctl restart nginx"; }),
      With("a pre hook that stops another server, and who listens cannot be seen", On("0.0.0.0"),
           kWarning,
           [](S& s) {
             s.machine.listeners->front().process.clear();
             s.conf().pre_hook = "systemctl stop apache2";
           }),
      With("a pre hook that stops nothing, and who listens cannot be seen", On("0.0.0.0"),
           kCritical,
           [](S& s) {
             s.machine.listeners->front().process.clear();
             s.conf().pre_hook = "exit 0";
           }),
      With("a pre hook that stops a web server, and a program that nobody knows listens",
           On("0.0.0.0"), kWarning,
           [](S& s) {
             s.machine.listeners->front().process = "docker-proxy";
             s.conf().pre_hook = "systemctl stop apache2";
           }),
      With("a pre hook that is a script whose stop is commented out", On("0.0.0.0"), kCritical,
           [](S& s) {
             s.conf().pre_hook = "/x/stop --now";
             s.SetFile("/x/stop", 0755);
             s.machine.hook_scripts["/x/stop"] =
                 EffectOfScript("#!/bin/sh\n# systemctl stop nginx\n");
           }),
      With("a pre hook that is a script which nobody read", On("0.0.0.0"), kWarning,
           [](S& s) {
             s.conf().pre_hook = "/x/stop";
             s.SetFile("/x/stop", 0755);
           }),
      With("a pre hook that stops one of two servers", On("192.0.2.1"), kCritical,
           [](S& s) {
             s.machine.listeners->push_back(On("192.0.2.2"));
             s.machine.listeners->back().process = "apache2";
             s.conf().pre_hook = "systemctl stop nginx";
           }),
      With("a pre hook that stops nothing, and one that cli.ini gives", On("0.0.0.0"), kWarning,
           [](S& s) {
             s.conf().pre_hook = "exit 0";
             s.AddCliIni("/etc/letsencrypt/cli.ini", "pre-hook = systemctl stop nginx");
           }),
      With("a stop in the crontab", On("0.0.0.0"), kWarning,
           [](S& s) {
             s.machine.schedule.schedulers[0].command_line = "service nginx stop; certbot renew";
           }),
      With("certbot is at work", On("0.0.0.0"), {},
           [](S& s) { s.machine.roots[0].lock_holder = LockHolder{4}; }),
      With("certbot binds another address", On("192.0.2.1"), {}, BindsTo("192.0.2.2")),
      With("certbot binds this address", On("192.0.2.1"), kCritical, BindsTo("192.0.2.1")),
      With("certbot binds one address of all", On("0.0.0.0"), kCritical, BindsTo("192.0.2.1")),
      With("certbot binds an IPv4 address, both families are taken", OnIpv6("::", false), kCritical,
           BindsTo("192.0.2.1")),
      With("certbot binds an IPv4 address, IPv6 is taken", OnIpv6("::", true), {},
           BindsTo("192.0.2.1")),
      With("certbot binds an IPv6 address, IPv4 is taken", On("0.0.0.0"), {},
           BindsTo("2001:db8::1")),
      With("certbot binds an IPv6 address, IPv6 is taken", OnIpv6("::", true), kCritical,
           BindsTo("2001:db8::1")),
      {"standalone_port_taken", "nothing listens", [](S& s) { s.machine.listeners.emplace(); }, {}},
      {"standalone_port_taken", "it cannot be seen", [](S&) {}, {}},
  };
}

namespace {

TEST(StandaloneJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(StandaloneCases()); }

TEST(StandaloneJudges, NameTheProcessAndTheAddress) {
  JudgeScene scene;
  scene.machine.listeners = {On("0.0.0.0")};
  const Verdict verdict = scene.JudgeOne();
  ASSERT_EQ(verdict.problems.size(), 1U);
  EXPECT_EQ(verdict.problems[0].detail,
            "nginx listens on 0.0.0.0:80, and nothing stops it for the renewal: certbot cannot "
            "bind port 80");
}

TEST(StandaloneJudges, TellWhatThePreHookStops) {
  const auto detail = [](const char* pre_hook) {
    JudgeScene scene;
    scene.machine.listeners = {On("0.0.0.0")};
    scene.conf().pre_hook = pre_hook;
    const Verdict verdict = scene.JudgeOne();
    return verdict.problems.empty() ? std::string() : verdict.problems[0].detail;
  };
  EXPECT_EQ(detail("exit 0"),
            "nginx listens on 0.0.0.0:80, and the pre hook stops nothing: certbot cannot bind "
            "port 80");
  EXPECT_EQ(detail("service apache2 stop && service caddy reload"),
            "nginx listens on 0.0.0.0:80, and the pre hook stops apache2 only: certbot cannot bind "
            "port 80");
  EXPECT_EQ(detail("systemctl stop haproxy apache2"),
            "nginx listens on 0.0.0.0:80, and the pre hook stops apache2 and haproxy only: certbot "
            "cannot bind port 80");
}

}  // namespace
}  // namespace certhealth
