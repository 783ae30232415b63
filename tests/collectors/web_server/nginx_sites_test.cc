// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/nginx_sites.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/web_server/web_server_reading.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using Kind = ChallengeAnswer::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

/// What nginx.conf with `http` in its http block says.
WebServerConf Read(const std::string& http) {
  TemporaryTree tree;
  tree.Write("etc/nginx/nginx.conf", "events {}\nhttp {\n" + http + "\n}\n");
  return ReadNginxConf(*MakePosixFileSystem(tree.root()), {}, "/etc/nginx").conf;
}

/// "DIRECTORY", "403", "-> https://HOST", "DIRECTORY, or else" or "?".
std::string ToText(const ChallengeAnswer& answer) {
  switch (answer.kind) {
    case Kind::kDirectory:
      return answer.directory;
    case Kind::kFallback:
      return answer.directory + ", or else";
    case Kind::kRefuses:
      return std::to_string(answer.status);
    case Kind::kRedirects:
      return "-> " + answer.host + ":" + std::to_string(answer.port);
    case Kind::kUnknown:
      break;
  }
  return "?";
}

/// What the only server of `http` answers.
std::string AnswerOf(const std::string& http) {
  const WebServerConf conf = Read(http);
  if (!conf.sites || conf.sites->all().size() != 1) return "no site: " + conf.fault;
  return ToText(conf.sites->all().front().answer);
}

std::string OfServer(const std::string& text) { return AnswerOf("server { " + text + " }"); }

constexpr const char* kShop = "/srv/shop/.well-known/acme-challenge";

struct Row {
  const char* what;
  const char* server;
  const char* answer;
};

TEST(NginxSites, LookForAChallengeWhereRootAliasAndLocationSay) {
  const Row rows[] = {
      {"a root", "root /srv/shop;", kShop},
      {"a slash at its end", "root /srv/shop/;", kShop},
      {"a location's own", "root /srv; location / { root /srv/shop; }", kShop},
      {"the longest location wins",
       "location / { root /srv; } location /.well-known/ { root /srv/shop; }", kShop},
      {"a longer location of something else",
       "root /srv/shop; location /.well-known/acme-challenge/x/ { root /srv; }", kShop},
      {"an exact location is of one path", "root /srv/shop; location = /.well-known { root /x; }",
       kShop},
      {"an alias", "location /.well-known/acme-challenge/ { alias /srv/acme/; }", "/srv/acme"},
      {"an alias without slashes", "location /.well-known/acme-challenge { alias /srv/acme; }",
       "/srv/acme"},
      {"an alias of a part", "location ^~ /.well-known/ { alias /srv/wk/; }",
       "/srv/wk/acme-challenge"},
      {"an alias by a pattern", "location ~ ^/.well-known/(.*)$ { alias /srv/wk/$1; }", "?"},
      {"a pattern that takes it", "root /srv; location ~ ^/\\.well-known/ { root /srv/shop; }",
       kShop},
      {"a pattern that comes too late",
       "location ^~ /.well-known/ { root /srv/shop; } location ~ / { root /srv; }", kShop},
      {"a pattern of something else", "root /srv/shop; location ~ \\.php$ { fastcgi_pass x; }",
       kShop},
      {"a pattern that leaves it out",
       "root /srv/shop; location ~ /\\.(?!well-known) { deny all; }", kShop},
      {"a pattern of capitals", "root /srv/shop; location ~ /\\.WELL { root /srv; }", kShop},
      {"a pattern of any letters", "root /srv; location ~* /\\.WELL { root /srv/shop; }", kShop},
      {"a pattern that may take a token", "root /srv/shop; location ~ Fx { root /srv; }", kShop},
      {"a pattern that takes one token alone", "root /srv/shop; location ~ GxfA { root /srv; }",
       "?"},
      {"a pattern that is none", "root /srv/shop; location ~ ( { root /srv; }", "?"},
      {"a pattern without end", "root /srv/shop; location ~ (a*)*(b|.*)*(a|.*)*\\1x { root /x; }",
       "?"},
      {"a relative root", "root html;", "?"},
      {"no root", "listen 80;", "?"},
      {"a root with a variable", "root /srv/$host;", "?"},
      {"of the file system", "root /;", "/.well-known/acme-challenge"},
      {"a location within", "location / { root /srv; location /a { root /srv; } }", "?"},
  };
  for (const Row& row : rows) EXPECT_EQ(OfServer(row.server), row.answer) << row.what;
}

TEST(NginxSites, RefuseWhoeverAsks) {
  const Row rows[] = {
      {"dot files", "root /srv/shop; location ~ /\\. { deny all; }", "403"},
      {"all of it", "root /srv/shop; deny all;", "403"},
      {"all but a few", "root /srv/shop; allow 10.0.0.0/8; deny all;", kShop},
      {"all, but not here", "deny all; location /.well-known { allow all; root /srv/shop; }",
       kShop},
      {"any of several ways in", "root /srv/shop; satisfy any; deny all;", kShop},
      {"a password", "root /srv/shop; auth_basic inside; auth_basic_user_file x;", "401"},
      {"a password, but not here",
       "root /srv/shop; auth_basic inside; location /.well-known/ { auth_basic off; }", kShop},
      {"gone", "return 410;", "410"},
      {"closed", "location / { return 444; }", "444"},
  };
  for (const Row& row : rows) EXPECT_EQ(OfServer(row.server), row.answer) << row.what;
}

TEST(NginxSites, SendToAnotherSite) {
  const Row rows[] = {
      {"the same name", "return 301 https://$host$request_uri;", "-> :443"},
      {"the same name, from a location", "location / { return 308 https://$host$request_uri; }",
       "-> :443"},
      {"its own name", "server_name shop.example.com; return 301 https://$server_name$request_uri;",
       "-> shop.example.com:443"},
      {"another name", "return 302 https://www.example.com$request_uri;", "-> www.example.com:443"},
      {"another name without TLS", "return 302 http://www.example.com$request_uri;",
       "-> www.example.com:80"},
      {"another path", "return 301 https://$host/;", "?"},
      {"another port", "return 301 https://$host:8443$request_uri;", "?"},
      {"a text", "return 200 token.thumbprint;", "?"},
      {"but for challenges",
       "location / { return 301 https://$host$request_uri; } location /.well-known/ { root "
       "/srv/shop; }",
       kShop},
  };
  for (const Row& row : rows) EXPECT_EQ(OfServer(row.server), row.answer) << row.what;
}

TEST(NginxSites, AreUnknownWhereSomethingElseIsInPlay) {
  const Row rows[] = {
      {"a proxy", "root /srv/shop; location / { proxy_pass http://x; }", "?"},
      {"a proxy elsewhere", "root /srv/shop; location /api/ { proxy_pass http://x; }", kShop},
      {"settings of a proxy", "root /srv/shop; proxy_read_timeout 5s;", kShop},
      {"a condition", "root /srv/shop; if ($host = x) { return 404; }", "?"},
      {"a rewrite", "root /srv/shop; rewrite ^ /x;", "?"},
      {"a directive that nobody knows", "root /srv/shop; acme_issuer x;", "?"},
      {"one that nobody knows, elsewhere", "root /srv/shop; location /x { acme_issuer x; }", kShop},
      {"files, or an error", "root /srv/shop; location / { try_files $uri $uri/ =404; }", kShop},
      {"files, or one page", "root /srv/shop; location / { try_files $uri /index.html; }", kShop},
      {"files, or a program", "root /srv/shop; location / { try_files $uri /index.php?$args; }",
       "/srv/shop/.well-known/acme-challenge, or else"},
      {"files, or a proxy", "root /srv/shop; location / { try_files $uri @app; }",
       "/srv/shop/.well-known/acme-challenge, or else"},
      {"files of elsewhere first", "root /srv/shop; location / { try_files /cache$uri $uri =404; }",
       "/srv/shop/.well-known/acme-challenge, or else"},
      {"what a location does not inherit",
       "root /srv/shop; try_files $uri @app; location / { index x; }", kShop},
      {"a page of errors", "root /srv/shop; error_page 404 /404.html;", kShop},
      {"a page that is no error", "root /srv/shop; error_page 404 = @app;",
       "/srv/shop/.well-known/acme-challenge, or else"},
  };
  for (const Row& row : rows) EXPECT_EQ(OfServer(row.server), row.answer) << row.what;
  EXPECT_EQ(AnswerOf("proxy_cache_path /x; root /srv/shop; server { listen 80; }"), kShop);
  EXPECT_EQ(AnswerOf("map $a $b { default 1; rewrite 2; } server { root /srv/shop; }"), kShop);
  EXPECT_EQ(AnswerOf("perl_modules x; server { root /srv/shop; }"), "?");
}

TEST(NginxSites, SayWhereTheyAreToldSo) {
  const WebServerConf conf = Read("server {\n  location / {\n    root /srv/shop;\n  }\n}");
  ASSERT_TRUE(conf.sites);
  EXPECT_EQ(conf.sites->all().front().answer.place, "/etc/nginx/nginx.conf:5");
}

TEST(NginxSites, HaveTheNamesAndAddressesOfTheirServer) {
  const WebServerConf conf = Read(
      "server { listen 8080 default_server; listen [::]:443 ssl ipv6only=off; listen 127.0.0.1; "
      "listen 192.0.2.1:80; listen unix:/run/x; server_name Shop.example.com *.Example.com; } "
      "server { }");
  ASSERT_TRUE(conf.sites);
  const WebSite& site = conf.sites->all().front();
  EXPECT_THAT(site.names, ElementsAre("shop.example.com", "*.example.com"));
  ASSERT_EQ(site.addresses.size(), 4U);
  EXPECT_EQ(site.addresses[0].port, 8080);
  EXPECT_TRUE(site.addresses[0].is_any && site.addresses[0].is_default);
  EXPECT_TRUE(site.addresses[0].takes_ipv4 && !site.addresses[0].takes_ipv6);
  EXPECT_EQ(site.addresses[1].port, 443);
  EXPECT_TRUE(site.addresses[1].takes_ipv4 && site.addresses[1].takes_ipv6);
  EXPECT_TRUE(site.addresses[2].is_loopback && site.addresses[2].port == 80);
  EXPECT_FALSE(site.addresses[3].is_any || site.addresses[3].is_loopback);
  const WebSite& other = conf.sites->all().back();
  EXPECT_THAT(other.names, IsEmpty());
  ASSERT_EQ(other.addresses.size(), 1U);
  EXPECT_EQ(other.addresses[0].port, 80);
}

TEST(NginxSites, CannotBeToldWhereThePortMayBelongToSomethingElse) {
  TemporaryTree tree;
  tree.Write("etc/nginx/nginx.conf",
             "events {}\nstream { server { listen 80; } }\nhttp { server { root /srv; } }\n");
  EXPECT_FALSE(ReadNginxConf(*MakePosixFileSystem(tree.root()), {}, "/etc/nginx").conf.sites);
}

TEST(NginxSites, CannotBeToldFromMorePatternsThanAnybodyWrites) {
  std::string server = "server { root /srv;";
  for (int i = 0; i < 5001; ++i) server += " location ~ x { }";
  EXPECT_FALSE(Read(server + " }").sites);
}

TEST(NginxSites, CannotBeToldFromHalfAConfiguration) {
  EXPECT_FALSE(Read("include /nowhere/x.conf; server { root /srv; }").sites);
}

}  // namespace
}  // namespace certhealth
