// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/apache_stand.h"

namespace certhealth {
namespace {

class ApacheRewritesTest : public testing::Test, protected ApacheStand {
 protected:
  /// With the engine on.
  std::string Rewritten(const std::string& rules) { return Answer("RewriteEngine On\n" + rules); }
};

constexpr const char* kOfRoot = "in /srv/a/.well-known/acme-challenge";

struct Case {
  std::string rules;
  std::string answer;
};

TEST_F(ApacheRewritesTest, KnowsTheUsualWaysToHttps) {
  for (const char* rules : {
           "RewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [END,NE,R=permanent]\n",
           "RewriteRule ^(.*)$ https://%{HTTP_HOST}$1 [R=301,L]\n",
           "RewriteRule (.*) https://%{HTTP_HOST}%{REQUEST_URI}\n",
           "RewriteRule ^/?(.*) \"https://%{SERVER_NAME}/$1\" [L,R]\n",
           "RewriteCond %{HTTPS} off\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [L,R=301]\n",
           "RewriteCond %{HTTPS} !=on\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [L]\n",
           "RewriteCond %{HTTPS} !on [NC]\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [L]\n",
       }) {
    EXPECT_EQ(Rewritten(rules), "to :443") << rules;
  }
  EXPECT_EQ(Rewritten("RewriteRule ^/(.*)$ https://b.example/$1 [R=302]\n"), "to b.example:443");
}

TEST_F(ApacheRewritesTest, RulesThatAreNotForChallengesChangeNothing) {
  const std::string to_https = "RewriteRule ^ https://b.example%{REQUEST_URI} [L,R=301]\n";
  for (const std::string& rules : std::vector<std::string>{
           "RewriteRule ^/shop/(.*) /index.php [L]\nRewriteRule \\.php$ - [F]\n",
           "RewriteCond %{REQUEST_URI} !^/\\.well-known/acme-challenge/\n" + to_https,
           "RewriteCond %{HTTPS} on [OR]\nRewriteCond %{REQUEST_METHOD} !^(GET|HEAD)$\n" + to_https,
           "RewriteRule ^/\\.WELL-known/ - [L,NC]\n" + to_https,
           "RewriteRule !^/shop - [END]\n" + to_https,
           "RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]\nRewriteBase /\n",
           "RewriteCond %{TIME_HOUR} 3\nRewriteRule ^/shop - [F]\n",
           "RewriteCond %{REQUEST_URI} =/\n" + to_https,
           to_https + "RewriteEngine off\n",
       }) {
    EXPECT_EQ(Rewritten(rules), kOfRoot) << rules;
  }
}

TEST_F(ApacheRewritesTest, KnowsRulesThatRefuse) {
  const std::vector<Case> cases = {
      {"RewriteRule (^|/)\\. - [F]\n", "refuses 403"},
      {"RewriteRule \"(^|/)\\.(?!well-known)\" - [F]\n", kOfRoot},
      {"RewriteRule ^ - [G,L]\n", "refuses 410"},
      {"RewriteRule /\\. - [R=404,L]\n", "refuses 404"},
  };
  for (const Case& one : cases) EXPECT_EQ(Rewritten(one.rules), one.answer) << one.rules;
}

TEST_F(ApacheRewritesTest, WhatARuleMayDoOtherwiseIsNotKnown) {
  const std::string to_https = "RewriteRule ^ https://b.example%{REQUEST_URI} [L,R=301]\n";
  for (const std::string& rules : std::vector<std::string>{
           "RewriteRule . /index.php [L]\n",
           "RewriteRule /[a-m][^/]+$ - [F]\n",
           "RewriteCond %{HTTP:X-Forwarded-Proto} !https\n" + to_https,
           "RewriteCond %{REQUEST_FILENAME} !-f\n" + to_https,
           "RewriteCond %{HTTPS} off [OR]\n" + to_https,
           "RewriteCond %{HTTPS} =${TLS}\n" + to_https,
           "RewriteRule ^ https://b.example%{REQUEST_URI} [R]\n" + to_https,
           "RewriteRule ^ http://a.example%{REQUEST_URI} [L]\n",
           "RewriteRule ^ https://b.example:8443%{REQUEST_URI} [L]\n",
           "RewriteRule ^ https://b.example/ [R,L]\n",
           "RewriteRule ^/x - [C]\n" + to_https,
           "RewriteRule ^ - [S=1]\n" + to_https,
           "RewriteRule ^(.*)$ http://127.0.0.1$1 [P]\n",
           "RewriteRule ^ - [PT]\n",
           "RewriteOptions Inherit\n",
           "<IfModule mod_x.c>\n" + to_https + "</IfModule>\n",
           "<IfModule mod_x.c>\nRewriteEngine off\n</IfModule>\n" + to_https,
       }) {
    EXPECT_EQ(Rewritten(rules), "unknown") << rules;
  }
}

TEST_F(ApacheRewritesTest, TheEngineIsInheritedAndTheRulesAreNot) {
  const std::string to_https = "RewriteRule ^ https://b.example%{REQUEST_URI} [L,R=301]\n";
  EXPECT_EQ(Answer(to_https), kOfRoot);
  EXPECT_EQ(Answer(to_https, "RewriteEngine on\n"), "to b.example:443");
  EXPECT_EQ(Answer("RewriteEngine on\n", "RewriteEngine on\n" + to_https), kOfRoot);
}

TEST_F(ApacheRewritesTest, ComeBeforeProxiesAndRedirects) {
  EXPECT_EQ(Rewritten("Redirect / https://c.example/\nProxyPass / http://c/\n"
                      "RewriteRule ^ https://b.example%{REQUEST_URI} [L,R=301]\n"),
            "to b.example:443");
  EXPECT_EQ(Rewritten("RewriteRule ^/\\.well-known - [L]\nRedirect / https://c.example/\n"),
            "to c.example:443");
}

TEST_F(ApacheRewritesTest, ConditionsMayAskForTheName) {
  const std::string secure =
      "<VirtualHost *:443>\nSSLEngine on\nDocumentRoot /srv/tls\n</VirtualHost>\n";
  const auto host = [&](const std::string& rules) {
    return "<VirtualHost *:80>\nServerName a.example\nServerAlias b.example *.c.example\n"
           "DocumentRoot /srv/a\nRewriteEngine on\n" +
           rules + "</VirtualHost>\n" + secure;
  };
  const std::string tls = "in /srv/tls/.well-known/acme-challenge";
  const std::string of_certbot = host(
      "RewriteCond %{SERVER_NAME} =a.example [OR]\nRewriteCond %{SERVER_NAME} =x.example\n"
      "RewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [END,NE,R=permanent]\n");
  EXPECT_EQ(AnswerTo("a.example", of_certbot), tls);
  EXPECT_EQ(AnswerTo("b.example", of_certbot), kOfRoot);
  EXPECT_EQ(AnswerTo("s.c.example", of_certbot), "unknown");
  EXPECT_EQ(AnswerTo("other.example", of_certbot), "unknown") << "it may be x.example";

  const std::string of_a = host(
      "RewriteCond %{SERVER_NAME} =A.example [NC]\n"
      "RewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [END,NE,R=permanent]\n");
  EXPECT_EQ(AnswerTo("other.example", of_a), kOfRoot);

  const std::string to_www = host(
      "RewriteCond %{HTTP_HOST} !^www\\.\n"
      "RewriteRule ^(.*)$ https://www.%{HTTP_HOST}$1 [R=301,L]\n");
  EXPECT_EQ(AnswerTo("b.example", to_www), tls);
  EXPECT_EQ(Told(Read(to_www).sites->all()[2].answer), "to www.b.example:443");
}

}  // namespace
}  // namespace certhealth
