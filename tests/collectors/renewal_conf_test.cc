// SPDX-License-Identifier: Apache-2.0
#include "collectors/renewal_conf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::StartsWith;

std::string Contents(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(stream) << path;
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// A conf that certbot takes, with more at its top level and in [renewalparams].
std::string Conf(std::string_view top, std::string_view params = "authenticator = standalone\n") {
  return "cert = c\nprivkey = p\nchain = h\nfullchain = f\n" + std::string(top) +
         "[renewalparams]\n" + std::string(params);
}

ConfReading Read(std::string_view text) { return ReadRenewalConf(text, "x.conf"); }

RenewalConf Good(std::string_view text) {
  const ConfReading reading = Read(text);
  EXPECT_FALSE(reading.fault) << reading.fault_detail;
  return reading.conf;
}

TEST(RenewalConf, FindsTheFaultsThatCertbotReportsInItsOrder) {
  const std::filesystem::path sample = CERTHEALTH_SAMPLES "/14-broken-renewal-confs";
  const std::map<std::string, std::optional<ConfFault>> expected = {
      {"a-syntax-error", ConfFault::kUnparseable},
      {"b-missing-ref", ConfFault::kMissingPath},
      {"c-no-renewalparams", ConfFault::kMissingPath},
      {"d-no-authenticator", ConfFault::kNoAuthenticator},
      {"g-empty", ConfFault::kMissingPath},
      {"h-bad-bool", ConfFault::kBadValue},
      {"i-dup-key", ConfFault::kUnparseable},
      {"j-bad-int", ConfFault::kBadValue},
      {"l-interpolation", ConfFault::kBadValue},
      {"n-latin1", ConfFault::kUnparseable},
      {"t-autorenew-none", ConfFault::kBadValue},
  };
  const std::string terminal = Contents(sample / "terminal/01.stderr");
  int read = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(sample / "etc/letsencrypt/renewal")) {
    if (entry.path().extension() != ".conf") continue;
    const std::string stem = entry.path().stem().string();
    const auto found = expected.find(stem.substr(0, stem.find(".example.com")));
    const ConfReading reading = Read(Contents(entry.path()));
    EXPECT_EQ(reading.fault, found == expected.end() ? std::nullopt : found->second) << stem;
    EXPECT_EQ(reading.fault_detail.empty(), !reading.fault) << stem;
    // The judge: certbot names a conf it cannot use.
    const bool named = terminal.find("/" + stem + ".conf") != std::string::npos;
    EXPECT_TRUE(named || !reading.fault) << stem;
    ++read;
  }
  EXPECT_EQ(read, 23);
}

TEST(RenewalConf, SkipsOfAllSampledConfsOnlyThoseThatCertbotSkipped) {
  int read = 0;
  for (const auto& sample : std::filesystem::directory_iterator(CERTHEALTH_SAMPLES)) {
    if (sample.path().filename().string().starts_with("14-")) continue;
    const std::filesystem::path renewal = sample.path() / "etc/letsencrypt/renewal";
    if (!std::filesystem::exists(renewal)) continue;
    std::string terminals;
    const std::filesystem::path terminal = sample.path() / "terminal";
    if (!std::filesystem::exists(terminal)) continue;
    for (const auto& file : std::filesystem::directory_iterator(terminal)) {
      terminals += Contents(file.path());
    }
    for (const auto& entry : std::filesystem::directory_iterator(renewal)) {
      if (entry.path().extension() != ".conf") continue;
      const ConfReading reading = Read(Contents(entry.path()));
      const std::string file =
          "Renewal configuration file /etc/letsencrypt/renewal/" + entry.path().filename().string();
      const bool skipped = terminals.find(file + " is broken") != std::string::npos ||
                           terminals.find(file + " does not specify") != std::string::npos;
      EXPECT_EQ(reading.fault.has_value(), skipped) << entry.path() << ": " << reading.fault_detail;
      ++read;
    }
  }
  EXPECT_GT(read, 100);
}

TEST(RenewalConf, ReadsWhatCertbotWrote) {
  const RenewalConf conf =
      Good(Contents(CERTHEALTH_SAMPLES "/26-many-options/etc/letsencrypt/renewal/weird.name.conf"));
  EXPECT_EQ(conf.version, "2.1.0");
  EXPECT_EQ(conf.archive_dir, "/etc/letsencrypt/archive/weird.name");
  EXPECT_EQ(conf.fullchain, "/etc/letsencrypt/live/weird.name/fullchain.pem");
  EXPECT_EQ(conf.renew_before_expiry, std::nullopt);
  EXPECT_EQ(conf.authenticator, "standalone");
  EXPECT_EQ(conf.account, "882279b09582e45fea20a7bfc472427c");
  EXPECT_EQ(conf.http01_address, "127.0.0.1");
  EXPECT_THAT(conf.preferred_challenges, ElementsAre("http-01"));
  EXPECT_EQ(conf.pre_hook, "echo \"a, b\" # not a comment");
  EXPECT_EQ(conf.post_hook, "echo it's; echo $HOME");
  EXPECT_EQ(conf.deploy_hook, "echo 'x' \"y\"");
  EXPECT_TRUE(conf.allow_subset_of_names);
  EXPECT_FALSE(conf.autorenew);
  EXPECT_FALSE(conf.reuse_key);
  EXPECT_THAT(conf.unexpected_lists, IsEmpty());
}

TEST(RenewalConf, ReadsAConfOfCertbot01WithItsDozensOfNone) {
  const RenewalConf conf =
      Good(Contents(CERTHEALTH_SOURCE_DIR "/tests/fixtures/renewal/sample-renewal-ancient.conf"));
  EXPECT_EQ(conf.version, "");
  EXPECT_EQ(conf.renew_before_expiry, "1 year");
  EXPECT_EQ(conf.authenticator, "webroot");
  EXPECT_EQ(conf.installer, "");
  EXPECT_EQ(conf.account, "");
  EXPECT_THAT(conf.webroot_path, ElementsAre("/var/www/"));
  EXPECT_EQ(conf.pre_hook, "");
  EXPECT_EQ(conf.http01_port, 80);
  EXPECT_TRUE(conf.autorenew);
}

TEST(RenewalConf, ReadsWebrootsOfTheWebrootPluginOnly) {
  const std::string params =
      "webroot_path = /srv/a, /srv/b\n[[webroot_map]]\nb.example = /srv/b\n2001:db8::1 = /srv/a\n";
  const RenewalConf conf = Good(Conf("", "authenticator = webroot\n" + params));
  EXPECT_THAT(conf.webroot_path, ElementsAre("/srv/a", "/srv/b"));
  EXPECT_THAT(conf.webroot_map,
              ElementsAre(Pair("b.example", "/srv/b"), Pair("2001:db8::1", "/srv/a")));
  EXPECT_THAT(Good(Conf("", "authenticator = nginx\n" + params)).webroot_map, IsEmpty());
  EXPECT_THAT(Good(Conf("", "authenticator = webroot\nwebroot_path = /srv\nwebroot_map = {}\n"))
                  .webroot_path,
              ElementsAre("/srv"));
}

TEST(RenewalConf, ReadsTheKeysOfThePluginsInUseOnly) {
  const std::string params =
      "dns_cloudflare_credentials = /root/cf.ini\ndns_google_credentials = /root/g.json\n"
      "manual_auth_hook = /bin/auth\ndns_cloudflare_propagation_seconds = 30\n";
  const RenewalConf dns = Good(Conf("", "authenticator = dns-cloudflare\n" + params));
  EXPECT_THAT(dns.credentials, ElementsAre(Pair("dns_cloudflare_credentials", "/root/cf.ini")));
  EXPECT_EQ(dns.manual_auth_hook, "");
  EXPECT_EQ(Good(Conf("", "authenticator = manual\n" + params)).manual_auth_hook, "/bin/auth");
  EXPECT_EQ(
      Good(Conf("", "authenticator = standalone\ninstaller = manual\n" + params)).manual_auth_hook,
      "/bin/auth");
  EXPECT_THAT(Good(Conf("", "authenticator = dns-cloudflare\ndns_cloudflare_credentials = None\n"))
                  .credentials,
              IsEmpty());
}

TEST(RenewalConf, TakesNoneForAbsentWhereCertbotDoes) {
  const RenewalConf conf = Good(Conf("archive_dir = None\n",
                                     "authenticator = standalone\naccount = None\nserver = None\n"
                                     "http01_port = None\npre_hook = none\nrenew_hook = None\n"
                                     "deploy_hook = d\n"));
  EXPECT_EQ(conf.archive_dir, "None");
  EXPECT_EQ(conf.account, "");
  EXPECT_EQ(conf.server, "");
  EXPECT_EQ(conf.http01_port, 80);
  EXPECT_EQ(conf.pre_hook, "none");
  EXPECT_EQ(conf.deploy_hook, "d");
}

TEST(RenewalConf, ReadsRenewBeforeExpiryAtTheTopOnly) {
  EXPECT_EQ(Good(Conf("renew_before_expiry = 10 days\n")).renew_before_expiry, "10 days");
  EXPECT_EQ(Good(Conf("renew_before_expiry =\n")).renew_before_expiry, "");
  const RenewalConf list = Good(Conf("renew_before_expiry = 10 days, 2 hours\n"));
  EXPECT_TRUE(list.renew_before_expiry_is_list);
  EXPECT_EQ(list.renew_before_expiry, std::nullopt);
  const RenewalConf misplaced =
      Good(Conf("", "authenticator = standalone\nrenew_before_expiry = 10 days\n"));
  EXPECT_TRUE(misplaced.renew_before_expiry_misplaced);
  EXPECT_EQ(misplaced.renew_before_expiry, std::nullopt);
}

TEST(RenewalConf, KeepsAndNamesAListWhereOneValueShouldBe) {
  const RenewalConf conf = Good(Conf("", "authenticator = standalone\npost_hook = sh -c 'a, b'\n"));
  EXPECT_EQ(conf.post_hook, "sh -c 'a, b'");
  EXPECT_THAT(conf.unexpected_lists, ElementsAre("post_hook"));
}

TEST(RenewalConf, ReadsIntegersAsPythonDoes) {
  const auto port = [](std::string_view text) {
    return Read(Conf("", "authenticator = standalone\nhttp01_port = " + std::string(text) + "\n"));
  };
  EXPECT_EQ(port("8080").conf.http01_port, 8080);
  EXPECT_EQ(port("\" +8_080 \"").conf.http01_port, 8080);
  EXPECT_EQ(port("65535").conf.http01_port, 65535);
  for (const char* bad : {"eighty", "", "8__0", "_80", "80_", "0x50", "80.0", "80,", "65536", "-1",
                          "99999999999999999999", "- 80", "+"}) {
    EXPECT_EQ(port(bad).fault, ConfFault::kBadValue) << bad;
    EXPECT_EQ(port(bad).conf.http01_port, 80) << bad;
  }
}

TEST(RenewalConf, NamesTheLineOfABadValue) {
  EXPECT_EQ(Read(Conf("", "authenticator = standalone\nautorenew = no\n")).fault_detail,
            "x.conf:7: autorenew must be True or False");
  EXPECT_THAT(Read(Conf("", "authenticator = a, b\n")).fault_detail,
              StartsWith("x.conf:6: authenticator must be the name of one plugin"));
  EXPECT_THAT(
      Read(Conf("", "authenticator = standalone\npref_challs = tls-sni-01,\n")).fault_detail,
      StartsWith("x.conf:7: pref_challs has the unknown challenge tls-sni-01"));
  EXPECT_THAT(Read(Conf("version = 1, 2\n")).fault_detail,
              StartsWith("x.conf:5: version must be one"));
  EXPECT_THAT(Read("cert = c\nprivkey = p\nchain = h\n[fullchain]\n").fault_detail,
              StartsWith("x.conf:4: fullchain must be one value"));
  EXPECT_THAT(Read(Conf("", "server = x\n")).fault_detail,
              StartsWith("x.conf:5: [renewalparams] has no authenticator"));
}

TEST(RenewalConf, NamesASettingThatCertbotFailsOver) {
  const auto refused = [](std::string_view lines) {
    const ConfReading reading =
        Read(Conf("", "authenticator = standalone\n" + std::string(lines) + "\n"));
    EXPECT_FALSE(reading.fault) << lines;
    return reading.conf.refused_setting.str();
  };
  EXPECT_EQ(refused("key_type = ed25519"), "x.conf:7: key_type is neither rsa nor ecdsa");
  EXPECT_EQ(refused("key_type = ed25519\nreuse_key = True"), "");
  EXPECT_EQ(refused("key_type = None"), "");
  EXPECT_EQ(refused("key_type = ecdsa\nelliptic_curve = secp192r1"),
            "x.conf:8: elliptic_curve is a curve that certbot makes no keys on");
  EXPECT_EQ(refused("key_type = ecdsa\nelliptic_curve = SECP384R1"), "");
  EXPECT_EQ(refused("key_type = rsa\nelliptic_curve = secp192r1"), "");
  EXPECT_EQ(refused("key_type = rsa\nrsa_key_size = 512"),
            "x.conf:8: rsa_key_size is less than certbot makes");
  EXPECT_EQ(refused("key_type = ecdsa\nrsa_key_size = 512"), "");
  EXPECT_EQ(refused("pref_challs = dns-01,"),
            "x.conf:7: pref_challs leaves out http-01, which is all that standalone answers");
  EXPECT_EQ(refused("pref_challs = dns, http"), "");
}

TEST(RenewalConf, PrefersWhatEachAuthenticatorAnswers) {
  const auto refused = [](const std::string& authenticator, const std::string& challenges) {
    return !Read(Conf("",
                      "authenticator = " + authenticator + "\npref_challs = " + challenges + "\n"))
                .conf.refused_setting.empty();
  };
  EXPECT_TRUE(refused("dns-rfc2136", "http-01"));
  EXPECT_FALSE(refused("dns-rfc2136", "dns-01"));
  EXPECT_FALSE(refused("manual", "dns-01"));
  EXPECT_FALSE(refused("dns-hetzner", "http-01"));  // it may answer anything
}

TEST(RenewalConf, NamesAnOptionThatCertbotHasForgotten) {
  const std::string conf = Conf("", "standalone_supported_challenges = http-01\nauthenticator = ");
  EXPECT_EQ(Read(conf + "standalone\n").conf.forgotten_option,
            "x.conf:6: standalone_supported_challenges");
  EXPECT_EQ(Read(conf + "manual\n").conf.forgotten_option, "");
}

TEST(RenewalConf, FillsInTheRestBesideAFault) {
  const ConfReading reading =
      Read("cert = c\n[renewalparams]\nauthenticator = manual\nserver = s\n");
  EXPECT_EQ(reading.fault, ConfFault::kMissingPath);
  EXPECT_THAT(reading.fault_detail, StartsWith("x.conf: no path for privkey"));
  EXPECT_EQ(reading.conf.cert, "c");
  EXPECT_EQ(reading.conf.server, "s");
  EXPECT_EQ(Read("cert = c\nprivkey = p\nchain = h\nfullchain = f\n").fault,
            ConfFault::kNoRenewalParams);
}

TEST(RenewalConf, SalvagesNothingFromAnUnparseableFile) {
  const ConfReading reading = Read(Conf("", "authenticator = standalone\nnonsense\n"));
  EXPECT_EQ(reading.fault, ConfFault::kUnparseable);
  EXPECT_THAT(reading.fault_detail, StartsWith("x.conf:7: "));
  EXPECT_EQ(reading.conf.cert, "");
  EXPECT_EQ(reading.conf.authenticator, "");
}

TEST(RenewalConf, FindsABadInterpolationAtTheTopBeforeAMissingPath) {
  EXPECT_EQ(Read("x = %(y)s\n").fault, ConfFault::kBadValue);
  EXPECT_EQ(Read("[s]\nx = %(y)s\n").fault, ConfFault::kMissingPath);
  EXPECT_EQ(Good(Conf("live = /l\n", "authenticator = standalone\npre_hook = %(live)s/%(cert)s\n"))
                .pre_hook,
            "/l/c");
}

TEST(RenewalConf, ReadsTheRetryTimeOfRenewalInformation) {
  const RenewalConf conf = Good(Conf("",
                                     "authenticator = standalone\n[acme_renewal_info]\n"
                                     "ari_retry_after = 2026-11-23T03:31:17\n"));
  EXPECT_EQ(conf.ari_retry_after, "2026-11-23T03:31:17");
}

}  // namespace
}  // namespace certhealth
