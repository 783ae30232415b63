// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/renewal_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/preflight/acme_check.h"
#include "collectors/preflight/acme_documents.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::Pair;

struct Scene {
  Scene() {
    machine.roots.emplace_back().config_dir = "/etc/letsencrypt";
    machine.roots[0].pre_hooks.seen = true;
    lineage.name = "a";
    lineage.has_conf = true;
    lineage.conf.conf.authenticator = "webroot";
    lineage.conf.conf.account = "0123";
    leaf.dns_names = {"a.example", "www.a.example"};
  }

  RenewalConf& conf() { return lineage.conf.conf; }
  std::optional<RenewalTarget> Target() {
    lineage.newest = std::make_shared<const Certificate>(leaf);
    return TargetOf(lineage, machine);
  }

  CertbotMachine machine;
  Lineage lineage;
  Certificate leaf;
};

TEST(RenewalTarget, HasTheNamesOfEachWebrootAsCertbotFindsThem) {
  Scene scene;
  scene.leaf.dns_names = {"a.example", "WWW.a.example", "b.example", "*.c.example"};
  scene.conf().webroot_map = {
      {"a.example", "/map"}, {"B.example", "/of-another-name"}, {"gone.example", "/gone"}};
  scene.conf().webroot_path = {"/first", "/last"};
  const auto target = scene.Target();
  ASSERT_TRUE(target);
  EXPECT_THAT(target->webroots,
              ElementsAre(Pair("/last", ElementsAre("www.a.example", "b.example")),
                          Pair("/map", ElementsAre("a.example"))));
  EXPECT_EQ(target->account_directory,
            "/etc/letsencrypt/accounts/acme-v02.api.letsencrypt.org/directory/0123");
}

TEST(RenewalTarget, IsNothingWhereNothingWillBeRenewed) {
  const std::vector<void (*)(Scene&)> changes = {
      [](Scene& s) { s.lineage.has_conf = false; },
      [](Scene& s) { s.lineage.conf.fault = ConfFault::kBadValue; },
      [](Scene& s) { s.lineage.conf_failure = Failure{}; },
      [](Scene& s) { s.conf().autorenew = false; },
  };
  for (const auto change : changes) {
    Scene scene;
    change(scene);
    EXPECT_FALSE(scene.Target());
  }
}

TEST(RenewalTarget, KnowsTheMethodByTheAuthenticator) {
  const auto method = [](std::string authenticator, std::vector<std::string> preferred = {}) {
    Scene scene;
    scene.conf().authenticator = std::move(authenticator);
    scene.conf().preferred_challenges = std::move(preferred);
    return scene.Target()->method;
  };
  EXPECT_EQ(method("nginx"), ChallengeMethod::kHttp01);
  EXPECT_EQ(method("dns-rfc2136"), ChallengeMethod::kDns01);
  EXPECT_EQ(method("manual"), ChallengeMethod::kHttp01);
  EXPECT_EQ(method("manual", {"dns-01"}), ChallengeMethod::kDns01);
  EXPECT_EQ(method("manual", {"http-01", "dns-01"}), ChallengeMethod::kHttp01);
  EXPECT_EQ(method("plugin:odd"), ChallengeMethod::kUnknown);
}

TEST(RenewalTarget, TakesOnlyWhatIsADnsName) {
  Scene scene;
  scene.leaf.dns_names = {
      "a.example",      "$(reboot)",    "a b",    "",
      "a..b",           "*.b.example",  "x/../y", std::string(64, 'a') + ".example",
      "_dmarc.example", "a.example\\0A"};
  EXPECT_THAT(scene.Target()->names, ElementsAre("a.example", "*.b.example", "_dmarc.example"));
}

TEST(RenewalTarget, SeesEachWayOfGivingAPreHook) {
  const std::vector<void (*)(Scene&)> ways = {
      [](Scene& s) { s.conf().pre_hook = "systemctl stop nginx"; },
      [](Scene& s) { s.machine.roots[0].pre_hooks.seen = false; },
      [](Scene& s) {
        s.machine.schedule.cli_inis.push_back({"/c", *ParseCliIni("pre-hook = stop")});
      },
      [](Scene& s) {
        s.machine.schedule.schedulers.emplace_back().calls.emplace_back().command.pre_hook = "stop";
      },
      [](Scene& s) {
        s.machine.schedule.schedulers.emplace_back().command_line = "nginx -s stop; certbot renew";
      },
  };
  EXPECT_FALSE(Scene().Target()->has_pre_hook);
  for (const auto way : ways) {
    Scene scene;
    way(scene);
    EXPECT_TRUE(scene.Target()->has_pre_hook) << &way - ways.data();
  }
}

TEST(RenewalTarget, KnowsByWhichRootsCertbotTrusts) {
  Scene scene;
  const auto add = [&](const std::string& program, std::string where) {
    PluginEnvironment environment;
    environment.where = std::move(where);
    scene.machine.plugin_environments[program] =
        std::make_shared<const PluginEnvironment>(std::move(environment));
    Scheduler& scheduler = scene.machine.schedule.schedulers.emplace_back();
    scheduler.state = SchedulerState::kEnabled;
    scheduler.calls.emplace_back().program.path = program;
  };
  EXPECT_FALSE(scene.Target()->has_system_roots) << "nothing is known";
  add("/usr/bin/certbot", "/usr");
  EXPECT_TRUE(scene.Target()->has_system_roots);
  add("/opt/certbot/bin/certbot", "/opt/certbot");
  EXPECT_FALSE(scene.Target()->has_system_roots);
  scene.machine.schedule.schedulers.back().state = SchedulerState::kDisabled;
  EXPECT_TRUE(scene.Target()->has_system_roots);
  scene.machine.schedule.schedulers.back().state = SchedulerState::kEnabled;
  scene.machine.schedule.schedulers.back().calls[0].program.path = "/usr/bin/snap";
  EXPECT_FALSE(scene.Target()->has_system_roots);
}

TEST(RenewalTarget, SeesThatCertbotVerifiesNothing) {
  Scene scene;
  EXPECT_FALSE(scene.Target()->verifies_nothing);
  auto& cli_inis = scene.machine.schedule.cli_inis;
  cli_inis.push_back({"/c", *ParseCliIni("no-verify-ssl = false")});
  EXPECT_FALSE(scene.Target()->verifies_nothing);
  cli_inis.push_back({"/d", *ParseCliIni("no-verify-ssl")});
  EXPECT_TRUE(scene.Target()->verifies_nothing);
  cli_inis.clear();
  scene.machine.schedule.schedulers.emplace_back().command_line = "certbot renew --no-verify-ssl";
  EXPECT_TRUE(scene.Target()->verifies_nothing);
}

TEST(RenewalTarget, SeesWhetherThePortIsFreeAndWhetherAHookMayChangeIt) {
  Scene scene;
  scene.conf().authenticator = "standalone";
  EXPECT_FALSE(scene.Target()->port_seems_free);
  scene.machine.listeners.emplace();
  EXPECT_TRUE(scene.Target()->port_seems_free);
  EXPECT_FALSE(scene.Target()->has_pre_hook);
  scene.machine.listeners->emplace_back().port = 80;
  EXPECT_FALSE(scene.Target()->port_seems_free);
  scene.machine.roots[0].pre_hooks.programs = {"/x"};
  EXPECT_TRUE(scene.Target()->has_pre_hook);
  scene.machine.hook_scripts["/x"] = EffectOfScript("#!/bin/sh\necho renewing\n");
  EXPECT_FALSE(scene.Target()->has_pre_hook) << "it changes nothing";
}

TEST(RenewalTarget, FindsTheOnlyAccountAndLeavesNoDirectory) {
  Scene scene;
  scene.conf().account.clear();
  EXPECT_EQ(scene.Target()->account_directory, "");
  scene.machine.roots[0].accounts["acme-v02.api.letsencrypt.org/directory"].complete = {"77"};
  EXPECT_THAT(scene.Target()->account_directory, testing::EndsWith("/directory/77"));
  scene.conf().account = "../../x";
  EXPECT_EQ(scene.Target()->account_directory, "");
}

TEST(AcmeDocuments, AreReadAsFarAsTheyCount) {
  const auto directory = ParseAcmeDirectory(
      R"({"newOrder": "https://x/o", "meta": {"caaIdentities": ["CA.example", 7, ""]}})");
  ASSERT_TRUE(directory);
  EXPECT_TRUE(directory->has_new_order);
  EXPECT_THAT(directory->caa_identities, ElementsAre("ca.example"));
  EXPECT_FALSE(ParseAcmeDirectory(R"({"newOrder": 7, "meta": []})")->has_new_order);
  for (const char* broken : {"", "[]", "{", "\"x\"", "<html>", "\xff"}) {
    EXPECT_FALSE(ParseAcmeDirectory(broken)) << broken;
    EXPECT_FALSE(ParseAccountUri(broken)) << broken;
  }
  EXPECT_FALSE(ParseAcmeDirectory(std::string(60'000, '[')));
  EXPECT_EQ(ParseAccountUri(R"({"body": {}, "uri": "https://x/acct/1"})"), "https://x/acct/1");
  EXPECT_FALSE(ParseAccountUri(R"({"uri": null})"));
}

DirectoryLook Answered(int status, std::string body) {
  DirectoryLook look;
  look.server = "https://ca.internal/dir";
  look.exchange.response.status = status;
  look.exchange.response.body = std::move(body);
  return look;
}

DirectoryLook Faulty(ExchangeFault fault, std::string server = "https://ca.internal/dir") {
  DirectoryLook look;
  look.server = std::move(server);
  look.exchange.fault = fault;
  look.exchange.detail = "why";
  return look;
}

DirectoryLook Unresolved(DnsStatus status, std::string server = "https://ca.internal/dir") {
  DirectoryLook look;
  look.server = std::move(server);
  look.unresolved = status;
  return look;
}

TEST(AcmeCheck, IsCertainOfWhatWouldStopCertbotNow) {
  using enum PreflightOutcome;
  const std::string lets_encrypt = "https://acme-v02.api.letsencrypt.org/directory";
  const std::string directory = R"({"newOrder": "https://x/o"})";
  struct Row {
    DirectoryLook look;
    PreflightOutcome outcome;
    CertbotsWay way = {};
  };
  const std::vector<Row> rows = {
      {Answered(200, directory), kPassed},
      {Answered(200, "<html>"), kFails},
      {Answered(200, "{}"), kFails},
      {Answered(404, directory), kFails},
      {Answered(503, ""), kFails},
      {Answered(429, ""), kMayFail},
      {Answered(302, ""), kUnknown},
      {Faulty(ExchangeFault::kRefused), kFails},
      {Faulty(ExchangeFault::kRefused), kUnknown, {true, false}},
      {Faulty(ExchangeFault::kUnreachable), kFails},
      {Faulty(ExchangeFault::kNotHttp), kFails},
      {Faulty(ExchangeFault::kBadCertificate), kFails},
      {Faulty(ExchangeFault::kUntrusted), kMayFail},
      {Faulty(ExchangeFault::kUntrusted), kFails, {false, true}},
      {Faulty(ExchangeFault::kUntrusted, lets_encrypt), kMayFail},
      {Faulty(ExchangeFault::kUntrusted, lets_encrypt), kFails, {false, false, true}},
      {Faulty(ExchangeFault::kUntrusted), kMayFail, {false, false, true}},
      {Faulty(ExchangeFault::kUntrusted), kPassed, {false, true, true, true}},
      {Faulty(ExchangeFault::kBadCertificate), kPassed, {false, false, false, true}},
      {Faulty(ExchangeFault::kConnectTimeout), kMayFail},
      {Faulty(ExchangeFault::kNoAnswer), kMayFail},
      {Faulty(ExchangeFault::kLocal), kUnknown},
      {Unresolved(DnsStatus::kNoName), kFails},
      {Unresolved(DnsStatus::kServerFailed), kFails},
      {Unresolved(DnsStatus::kTimeout), kMayFail},
      {Unresolved(DnsStatus::kNoName, "https://ca.local/dir"), kMayFail},
  };
  for (const Row& row : rows) {
    const auto findings = JudgeDirectory(row.look, row.way);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].outcome, row.outcome) << findings[0].detail;
    const bool is_told = row.outcome == kFails || row.outcome == kMayFail;
    EXPECT_EQ(findings[0].problem, is_told ? "ca_unreachable" : "");
  }
}

}  // namespace
}  // namespace certhealth
