// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/certbot_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// The program of the only call in `text`; "none" without any.
std::string ProgramOf(const std::string& text) {
  const CertbotCalls calls = FindCertbotCalls(text, {});
  return calls.commands.size() == 1 ? calls.commands.front().program : "none";
}

CertbotCommandLine CallOf(const std::string& text) {
  const CertbotCalls calls = FindCertbotCalls(text, {});
  return calls.commands.empty() ? CertbotCommandLine{} : calls.commands.front();
}

TEST(CertbotCommandLine, IsFoundWhereverTheShellWouldRunIt) {
  EXPECT_EQ(ProgramOf("certbot renew -q"), "certbot");
  EXPECT_EQ(ProgramOf("/opt/certbot/bin/certbot -q renew"), "/opt/certbot/bin/certbot");
  EXPECT_EQ(ProgramOf("letsencrypt renew"), "letsencrypt");
  EXPECT_EQ(ProgramOf("cd /root && ./certbot-auto renew"), "./certbot-auto");
  EXPECT_EQ(ProgramOf("sleep 17 && certbot renew >/dev/null 2>&1"), "certbot");
  EXPECT_EQ(ProgramOf("if ! certbot renew; then exit 1; fi"), "certbot");
  EXPECT_EQ(ProgramOf("/bin/sh -c 'certbot renew && systemctl reload nginx'"), "certbot");
  EXPECT_EQ(ProgramOf("bash -lc \"/usr/bin/certbot renew\""), "/usr/bin/certbot");
  EXPECT_EQ(ProgramOf("su - root -c \"certbot renew\""), "certbot");
  EXPECT_EQ(ProgramOf("sudo -u certbot certbot renew"), "certbot");
  EXPECT_EQ(ProgramOf("nice -n 19 ionice -c3 certbot renew"), "certbot");
  EXPECT_EQ(ProgramOf("flock -n /var/lock/certbot.lock /usr/bin/certbot renew"),
            "/usr/bin/certbot");
  EXPECT_EQ(ProgramOf("timeout 1h certbot renew"), "certbot");
  EXPECT_EQ(ProgramOf("A=1 B=2 certbot renew"), "certbot");
  EXPECT_EQ(ProgramOf("$(which certbot) renew"), "certbot");
  EXPECT_EQ(ProgramOf("OUT=\"$(certbot renew 2>&1)\""), "certbot");
  EXPECT_EQ(ProgramOf("out=$(certbot renew)"), "certbot");
  EXPECT_EQ(ProgramOf("python3 /opt/eff.org/certbot/venv/bin/letsencrypt renew"),
            "/opt/eff.org/certbot/venv/bin/letsencrypt");
  EXPECT_EQ(ProgramOf("certbot --config-dir /home/certbot renew"), "certbot");
  EXPECT_EQ(ProgramOf("/usr/bin/snap run --timer=\"00:00~24:00/2\" certbot.renew"),
            "/usr/bin/snap");
}

TEST(CertbotCommandLine, IsNotFoundWhereItIsOnlyMentioned) {
  EXPECT_EQ(ProgramOf("test -x /usr/bin/certbot"), "none");
  EXPECT_EQ(ProgramOf("[ -x /usr/bin/certbot ] || exit 0"), "none");
  EXPECT_EQ(ProgramOf("echo certbot renew"), "none");
  EXPECT_EQ(ProgramOf("# certbot renew"), "none");
  EXPECT_EQ(ProgramOf("true # certbot renew"), "none");
  EXPECT_EQ(ProgramOf("tar cz /etc/letsencrypt"), "none");
  EXPECT_EQ(ProgramOf("chown -R certbot /srv"), "none");
  EXPECT_EQ(ProgramOf("systemctl restart certbot.timer"), "none");
  EXPECT_EQ(ProgramOf("x > certbot renew"), "none");
}

TEST(CertbotCommandLine, KnowsThatContainersAreElsewhere) {
  const CertbotCommandLine call =
      CallOf("docker run --rm -v /etc/letsencrypt:/etc/letsencrypt certbot/certbot renew");
  EXPECT_EQ(call.program, "docker");
  EXPECT_TRUE(call.runs_elsewhere);
  EXPECT_EQ(call.subcommand, "renew");
  EXPECT_FALSE(CallOf("sudo certbot renew").runs_elsewhere);
}

TEST(CertbotCommandLine, ReadsItsArguments) {
  const CertbotCommandLine call = CallOf(
      "certbot --config-dir /srv/le --logs-dir=/srv/log --work-dir /srv/work -c /srv/cli.ini renew "
      "--cert-name a.example --pre-hook 'systemctl stop nginx' --post-hook=\"systemctl start "
      "nginx\" "
      "--renew-hook 'systemctl reload postfix' --no-directory-hooks --no-random-sleep-on-renew "
      "--dry-run");
  EXPECT_EQ(call.subcommand, "renew");
  EXPECT_EQ(call.config_dir, "/srv/le");
  EXPECT_EQ(call.logs_dir, "/srv/log");
  EXPECT_EQ(call.work_dir, "/srv/work");
  EXPECT_EQ(call.cli_ini, "/srv/cli.ini");
  EXPECT_THAT(call.cert_names, ElementsAre("a.example"));
  EXPECT_EQ(call.pre_hook, "systemctl stop nginx");
  EXPECT_EQ(call.post_hook, "systemctl start nginx");
  EXPECT_EQ(call.deploy_hook, "systemctl reload postfix");
  EXPECT_TRUE(call.no_directory_hooks);
  EXPECT_TRUE(call.no_random_sleep);
  EXPECT_TRUE(call.dry_run);
}

TEST(CertbotCommandLine, ReachesAllSomeOrNone) {
  EXPECT_EQ(ReachOf(CallOf("certbot renew")), RenewalReach::kAll);
  EXPECT_EQ(ReachOf(CallOf("certbot renew --cert-name a")), RenewalReach::kSome);
  EXPECT_EQ(ReachOf(CallOf("certbot certonly -n -d a,b -d c")), RenewalReach::kSome);
  EXPECT_THAT(CallOf("certbot certonly -n -d a,b -d c").cert_names, ElementsAre("a", "b", "c"));
  EXPECT_EQ(ReachOf(CallOf("certbot renew --dry-run")), RenewalReach::kNone);
  EXPECT_EQ(ReachOf(CallOf("certbot certificates")), RenewalReach::kNone);
  EXPECT_EQ(ReachOf(CallOf("certbot")), RenewalReach::kNone);
}

TEST(CertbotCommandLine, ReadsWhatDebiansEntryAsksFor) {
  const CertbotCalls calls = FindCertbotCalls(
      "test -x /usr/bin/certbot -a \\! -d /run/systemd/system && perl -e 'sleep int(rand(43200))' "
      "&& "
      "certbot -q renew --no-random-sleep-on-renew",
      {});
  ASSERT_THAT(calls.commands, SizeIs(1));
  EXPECT_EQ(calls.commands[0].program, "certbot");
  EXPECT_EQ(calls.random_delay, std::chrono::hours(12));
  EXPECT_TRUE(calls.not_under_systemd);
  EXPECT_THAT(calls.required_programs, ElementsAre("/usr/bin/certbot"));
}

TEST(CertbotCommandLine, KnowsTheRandomDelaysPeopleWrite) {
  const auto delay = [](const std::string& text) {
    return FindCertbotCalls(text, {}).random_delay.count();
  };
  EXPECT_EQ(delay("python -c 'import random; import time; time.sleep(random.random() * 3600)' && "
                  "certbot renew"),
            3600);
  EXPECT_EQ(delay("sleep $((RANDOM % 7200)); certbot renew"), 7200);
  EXPECT_EQ(delay("sleep $(shuf -i 0-900 -n 1) && certbot renew"), 900);
  EXPECT_EQ(delay("sleep 2381 && certbot renew"), 0);  // the same every time
  EXPECT_EQ(delay("certbot renew; sleep $((RANDOM % 7200))"), 0);
}

TEST(CertbotCommandLine, FillsInVariables) {
  const Environment environment{{"PRE_HOOK", ""},
                                {"DEPLOY_HOOK", "--deploy-hook 'systemctl reload httpd'"},
                                {"CERTBOT_ARGS", "--config-dir /srv/le"}};
  const CertbotCalls calls =
      FindCertbotCalls("/usr/bin/certbot renew $PRE_HOOK $DEPLOY_HOOK $CERTBOT_ARGS", environment);
  ASSERT_THAT(calls.commands, SizeIs(1));
  EXPECT_EQ(calls.commands[0].deploy_hook, "systemctl reload httpd");
  EXPECT_EQ(calls.commands[0].config_dir, "/srv/le");
  EXPECT_EQ(calls.commands[0].text,
            "/usr/bin/certbot renew --deploy-hook systemctl reload httpd --config-dir /srv/le");
}

TEST(CertbotCommandLine, FollowsAScriptsOwnVariables) {
  const CertbotCalls calls = FindCertbotCallsInScript(
      "#!/bin/bash\nset "
      "-e\nDIR=/opt/certbot\nCERTBOT=\"$DIR/bin/certbot\"\nCERTBOT=$DIR/bin/certbot\n\"$CERTBOT\" "
      "renew --quiet\n",
      {});
  ASSERT_THAT(calls.commands, SizeIs(1));
  EXPECT_TRUE(calls.commands[0].program.find("/bin/certbot") != std::string::npos)
      << calls.commands[0].program;
  EXPECT_EQ(FindCertbotCalls("$CERTBOT_BIN renew", {}).commands.size(), 1U);
}

TEST(CertbotCommandLine, IsRecognisedInScriptsOfOtherLanguages) {
  const CertbotCalls calls = FindCertbotCallsInScript(
      "#!/usr/bin/env python3\n# certbot renew\nsubprocess.run(['/usr/bin/certbot', 'renew'])\n",
      {});
  ASSERT_THAT(calls.commands, SizeIs(1));
  EXPECT_EQ(calls.commands[0].program, "");
  EXPECT_EQ(calls.commands[0].subcommand, "renew");
  EXPECT_THAT(FindCertbotCallsInScript("#!/bin/sh\necho 'certbot may renew'\n", {}).commands,
              IsEmpty());
}

TEST(CertbotCommandLine, IsBoundedAgainstVariablesInVariables) {
  std::string script = "A='" + std::string(4000, 'x') + "'\n";
  for (int i = 0; i < 20000; ++i) script += "$A ";
  EXPECT_THAT(FindCertbotCalls(script, {}).commands, IsEmpty());
  std::string calls;
  for (int i = 0; i < 1000; ++i) calls += "certbot renew;";
  EXPECT_THAT(FindCertbotCalls(calls, {}).commands, SizeIs(16));
}

}  // namespace
}  // namespace certhealth
