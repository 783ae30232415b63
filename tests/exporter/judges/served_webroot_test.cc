// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/served_webroot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;

namespace {

using S = JudgeScene;
using Kind = ChallengeAnswer::Kind;

constexpr const char* kWritten = "/var/www/.well-known/acme-challenge";
constexpr const char* kServed = "/srv/www/.well-known/acme-challenge";

void Listen(S& s, const std::string& process, std::uint16_t port = 80) {
  ListeningSocket listener;
  listener.port = port;
  listener.process = process;
  if (!s.machine.listeners) s.machine.listeners.emplace();
  s.machine.listeners->push_back(listener);
}

WebSite Site(std::vector<std::string> names, ChallengeAnswer answer) {
  return {std::move(names), {{.port = 80, .is_any = true, .takes_ipv4 = true}}, std::move(answer)};
}

void Serve(S& s, std::vector<WebSite> sites, std::optional<WallTime> changed = {}) {
  WebServerConf conf;
  conf.complete = true;
  conf.sites.emplace(WebServer::kNginx, std::move(sites));
  conf.changed = changed.value_or(s.now);
  s.machine.web_servers[DefaultWebServer(WebServer::kNginx).key()] =
      std::make_shared<const WebServerConf>(std::move(conf));
}

ChallengeAnswer LooksIn(const char* directory, Kind kind = Kind::kDirectory) {
  return {.kind = kind, .directory = directory, .place = "/etc/nginx/nginx.conf:7"};
}

/// A lineage with the webroot /var/www, whose names nginx serves from /srv/www.
void ServeOtherwise(S& s) {
  s.UseWebroot("/var/www");
  s.SetDirectory("/var/www");
  s.machine.directories = {{kWritten, {1, 2, ".well-known/acme-challenge"}},
                           {kServed, {1, 3, ".well-known/acme-challenge"}}};
  Listen(s, "nginx");
  Serve(s, {Site(s.leaf.dns_names, LooksIn(kServed)), Site({"other"}, {})});
}

JudgeCase Served(std::string_view what, std::optional<Severity> severity,
                 std::function<void(S&)> change) {
  return {"webroot_not_served", what,
          [=](S& s) {
            ServeOtherwise(s);
            change(s);
          },
          severity, severity == kCritical ? NextRenewal::kFails : NextRenewal::kMayWork};
}

/// Twenty days ago, a month after nginx was set up.
void ProveByARenewal(S& s) {
  const WallTime long_ago = s.now - std::chrono::hours{24 * 50};
  Serve(s, {Site(s.leaf.dns_names, LooksIn(kServed))}, long_ago);
  s.lineage.archive.before_newest = 1;
  s.lineage.newest_saved = s.now - std::chrono::hours{24 * 20};
  s.lineage.conf_written = *s.lineage.newest_saved + std::chrono::seconds{1};
}

}  // namespace

std::vector<JudgeCase> ServedWebrootCases() {
  const auto day = std::chrono::hours{24};
  return {
      Served("from elsewhere", kCritical, [](S&) {}),
      Served("from the webroot itself", {},
             [](S& s) { s.machine.directories[kServed] = s.machine.directories[kWritten]; }),
      Served("from where a link may lead anywhere", {},
             [](S& s) { s.machine.directories.erase(kServed); }),
      Served("refused", kCritical,
             [](S& s) {
               Serve(s, {Site(s.leaf.dns_names, {.kind = Kind::kRefuses, .status = 403})});
             }),
      Served("in a way that is not understood", {},
             [](S& s) { Serve(s, {Site(s.leaf.dns_names, {})}); }),
      Served("from elsewhere, unless a program answers", kWarning,
             [](S& s) { Serve(s, {Site(s.leaf.dns_names, LooksIn(kServed, Kind::kFallback))}); }),
      Served("by a server that does not know the name", kWarning,
             [](S& s) { Serve(s, {Site({"other"}, LooksIn(kServed))}); }),
      Served("by a server that does not know the name, from a webroot that is not there", kCritical,
             [](S& s) {
               Serve(s, {Site({"other"}, LooksIn(kServed))});
               s.SetMissing("/var/www");
             }),
      Served("by a redirect that may leave this machine, from a webroot that is not there",
             kWarning,
             [](S& s) {
               ChallengeAnswer away{.kind = Kind::kRedirects, .host = "elsewhere", .port = 443};
               WebSite secure = Site({"other"}, LooksIn(kServed));
               secure.addresses.front().port = 443;
               Serve(s, {Site(s.leaf.dns_names, away), secure});
               s.SetMissing("/var/www");
             }),
      Served("by whom cannot be seen", kWarning,
             [](S& s) {
               s.machine.listeners.reset();
               Listen(s, "");
             }),
      Served("by whom cannot be seen, and nginx runs", kCritical,
             [](S& s) {
               s.machine.listeners.reset();
               Listen(s, "");
               s.machine.processes = {"cron", "nginx"};
             }),
      Served("by whom cannot be seen, and both run", {},
             [](S& s) {
               s.machine.listeners.reset();
               Listen(s, "");
               s.machine.processes = {"apache2", "nginx"};
             }),
      Served("by a proxy", {},
             [](S& s) {
               s.machine.listeners.reset();
               Listen(s, "haproxy");
             }),
      Served("by nginx and somebody else", {}, [](S& s) { Listen(s, "varnishd"); }),
      Served("by nobody now", {},
             [](S& s) {
               s.machine.listeners.reset();
               Listen(s, "nginx", 443);
             }),
      Served("from elsewhere, unless a hook changes that", kWarning,
             [](S& s) { s.conf().pre_hook = "service nginx stop"; }),
      Served("from elsewhere for one name of two", kCritical,
             [](S& s) {
               Serve(s, {Site({s.leaf.dns_names.front()}, LooksIn(kServed)),
                         Site({s.leaf.dns_names.back()}, LooksIn(kWritten))});
             }),
      Served("from elsewhere for one name of two, which may be left out", kWarning,
             [](S& s) {
               s.conf().allow_subset_of_names = true;
               Serve(s, {Site({s.leaf.dns_names.front()}, LooksIn(kServed)),
                         Site({s.leaf.dns_names.back()}, LooksIn(kWritten))});
             }),
      Served("and a renewal has worked since", {}, ProveByARenewal),
      Served("and a renewal worked, before the server was set up anew", kCritical,
             [=](S& s) {
               ProveByARenewal(s);
               Serve(s, {Site(s.leaf.dns_names, LooksIn(kServed))}, s.now - 2 * day);
             }),
      Served("and a renewal worked, before the conf was edited", kCritical,
             [=](S& s) {
               ProveByARenewal(s);
               s.lineage.conf_written = s.now - day;
             }),
      Served("and the file was seen to come", {},
             [](S& s) {
               s.preflight = {{PreflightCheck::kHttp01, PreflightOutcome::kPassed, "", ""}};
             }),
      Served("to another method", {}, [](S& s) { s.conf().authenticator = "standalone"; }),
      Served("and nothing renews it", {}, [](S& s) { s.conf().autorenew = false; }),
      Served("by what cli.ini puts into another webroot", kWarning,
             [](S& s) { s.AddCliIni("/etc/letsencrypt/cli.ini", "webroot-path = /srv/www"); }),
  };
}

namespace {

TEST(ServedWebrootJudge, RaisesWhatIsWrongAndNothingThatIsNot) { CheckCases(ServedWebrootCases()); }

TEST(ServedWebrootJudge, SaysWhereTheServerLooksAndWhoSaysSo) {
  JudgeScene scene;
  ServeOtherwise(scene);
  const Verdict verdict = scene.JudgeOne();
  ASSERT_EQ(verdict.problems.size(), 1U);
  EXPECT_EQ(verdict.problems[0].detail,
            "nginx looks for challenges of " + scene.leaf.dns_names.front() +
                " in /srv/www/.well-known/acme-challenge (/etc/nginx/nginx.conf:7), and certbot "
                "puts them below /var/www: the CA will not find them");
}

}  // namespace
}  // namespace certhealth
