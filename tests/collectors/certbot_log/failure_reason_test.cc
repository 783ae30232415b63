// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/failure_reason.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

struct Case {
  std::string_view message;
  std::string_view reason;
};

// certbot's texts, 0.8 to 5.x, and those of the CA that it passes on.
constexpr Case kCases[] = {
    {"Could not bind TCP port 80 because it is already in use by another process on this system "
     "(such as a web server). Please stop the program in question and then try again.",
     "port_taken"},
    {"Could not bind TCP port 80 because you don't have the appropriate permissions", "port_taken"},
    {"Problem binding to port 80: Could not bind to IPv4 or IPv6.", "port_taken"},
    {"At least one of the (possibly) required ports is already taken.", "port_taken"},
    {"At least one of the required ports is already taken.", "port_taken"},
    {"urn:ietf:params:acme:error:rateLimited :: There were too many requests of a given type :: "
     "too "
     "many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s",
     "rate_limited"},
    {"urn:acme:error:rateLimited :: There were too many requests of a given type :: Error",
     "rate_limited"},
    {"too many failed authorizations (5) for \"a.example\" in the last 1h0m0s", "rate_limited"},
    {"Your account is temporarily prevented from requesting certificates for a.example. Please "
     "visit: https://portal.letsencrypt.org/sfe/v1/unpause",
     "rate_limited"},
    {"urn:ietf:params:acme:error:caa :: Certification Authority Authorization (CAA) records forbid "
     "the CA from issuing a certificate :: Rechecking CAA for \"a.example\"",
     "caa"},
    {"Couldn't create root for a.example http-01 challenge responses: [Errno 17] File exists: '/x'",
     "webroot"},
    {"Couldn't create root for a.example http-01 challenge responses: [Errno 30] Read-only file "
     "system: '/x'",
     "webroot"},
    {"Missing command line flag or config entry for this setting:\nInput the webroot for "
     "a.example:",
     "webroot"},
    {"Missing command line flag or config entry for this setting:\nSelect the webroot for a:\n"
     "Choices: ['Enter a new webroot', '/srv']",
     "webroot"},
    {"The requested dns-route53 plugin does not appear to be installed", "plugin"},
    {"File not found: /etc/secrets/cloudflare.ini", "plugin"},
    {"Missing command line flag or config entry for this setting:\nInput the path to your "
     "Cloudflare "
     "credentials INI file",
     "plugin"},
    {"/etc/letsencrypt/cf.ini: dns_cloudflare_api_key is required when using a Global API Key.",
     "plugin"},
    {"The nginx plugin is not working; there may be problems with your existing "
     "configuration.\nThe "
     "error was: MisconfigurationError('Error while running nginx -c /etc/nginx/nginx.conf -t.')",
     "web_server_config"},
    {"The manual plugin is not working; there may be problems with your existing "
     "configuration.\nThe "
     "error was: PluginError('An authentication script must be provided with --manual-auth-hook "
     "when using the manual plugin non-interactively.')",
     "hook"},
    {"Unable to find manual-auth-hook command /srv/gone.sh in the PATH.", "hook"},
    {"manual-auth-hook command /srv/x.sh exists, but is not executable.", "hook"},
    {"Account at /etc/letsencrypt/accounts/h/directory/1 does not exist", "account"},
    {"urn:ietf:params:acme:error:accountDoesNotExist :: The request specified an account that does "
     "not exist :: unable to find account",
     "account"},
    {"Deserialization error: missing type field", "account"},
    {"Missing command line flag or config entry for this setting:\nPlease choose an account",
     "account"},
    {"Missing command line flag or config entry for this setting:\nPlease read the Terms of "
     "Service "
     "at https://x",
     "account"},
    {"Requesting acme-v02.api.letsencrypt.org/directory: Connection refused", "server_unreachable"},
    {"HTTPSConnectionPool(host='acme-v02.api.letsencrypt.org', port=443): Max retries exceeded "
     "with "
     "url: /directory (Caused by SSLError(x))",
     "server_unreachable"},
    {"HTTPSConnectionPool(host='acme-v02', port=443): Read timed out. (read timeout=45)",
     "server_unreachable"},
    {"urn:ietf:params:acme:error:serverInternal :: The server experienced an internal error :: The "
     "service is down for maintenance",
     "server_unreachable"},
    {"Another instance of Certbot is already running.", "lock"},
    {"The following error was encountered:\n[Errno 30] Read-only file system: "
     "'/etc/letsencrypt/.certbot.lock'\nEither run as root, or set --config-dir",
     "configuration"},
    {"No certificate found with name a (expected /etc/letsencrypt/renewal/a.conf).",
     "configuration"},
    {"Exiting due to user request.", "interrupted"},
    {"'list' object has no attribute 'strip'", "other"},
    {"", "other"},
};

TEST(FailureReason, IsFoundInEveryTextThatIsKnown) {
  for (const Case& known : kCases) {
    EXPECT_EQ(NameOf(ClassifyFailure(known.message, {})), known.reason) << known.message;
  }
}

TEST(FailureReason, OfFailedChallengesIsWhatTheCaSaid) {
  const auto reason_of = [](std::vector<std::string> types) {
    std::vector<AcmeProblem> problems;
    for (std::string& type : types) problems.push_back({"a.example", std::move(type), "detail"});
    return NameOf(ClassifyFailure("Some challenges have failed.", problems));
  };
  EXPECT_EQ(reason_of({"unauthorized"}), "unauthorized");
  EXPECT_EQ(reason_of({"connection"}), "connection");
  EXPECT_EQ(reason_of({"tls"}), "connection");
  EXPECT_EQ(reason_of({"dns"}), "dns");
  EXPECT_EQ(reason_of({"caa"}), "caa");
  EXPECT_EQ(reason_of({"unauthorized", "dns"}), "dns");  // what is at the root of the other
  EXPECT_EQ(reason_of({"neverHeardOf"}), "other");
  EXPECT_EQ(reason_of({}), "other");
}

TEST(FailureReason, ReadsTheProblemsOutOfAnOldErrorText) {
  const std::string text =
      "Failed authorization procedure. a.example (http-01): "
      "urn:ietf:params:acme:error:unauthorized "
      ":: The client lacks sufficient authorization :: Invalid response, with (brackets): 404, "
      "b.example (http-01): urn:acme:error:connection :: The server could not connect :: Timeout";
  EXPECT_THAT(ProblemsIn(text),
              testing::ElementsAre(AcmeProblem{"a.example", "unauthorized",
                                               "Invalid response, with (brackets): 404"},
                                   AcmeProblem{"b.example", "connection", "Timeout"}));
  EXPECT_EQ(NameOf(ClassifyFailure(text, ProblemsIn(text))), "connection");
}

TEST(FailureReason, FindsNoProblemsInOtherTexts) {
  for (const std::string_view text :
       {"", "Some challenges have failed.", "Failed authorization procedure. ",
        "Failed authorization procedure. a (http-01): nothing", " (x): urn:a :: b :: c"}) {
    EXPECT_THAT(ProblemsIn(text), testing::IsEmpty()) << text;
  }
}

TEST(FailureReason, HasANameOfItsOwn) {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(RenewalFailure::kOther); ++i) {
    names.push_back(NameOf(static_cast<RenewalFailure>(i)));
  }
  EXPECT_THAT(names, testing::UnorderedElementsAre("port_taken", "unauthorized", "connection",
                                                   "dns", "caa", "rate_limited", "webroot",
                                                   "plugin", "account", "hook", "web_server_config",
                                                   "reload_failed", "server_unreachable", "lock",
                                                   "configuration", "interrupted", "other"));
}

}  // namespace
}  // namespace certhealth
