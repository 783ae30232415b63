// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/apache_stand.h"

namespace certhealth {
namespace {

class ApacheSitesTest : public testing::Test, protected ApacheStand {};

constexpr const char* kOfRoot = "in /srv/a/.well-known/acme-challenge";
constexpr const char* kFallback = "first in /srv/a/.well-known/acme-challenge";

struct Case {
  std::string text;
  std::string answer;
};

TEST_F(ApacheSitesTest, LooksBelowTheDocumentRoot) {
  const WebServerConf conf =
      Read("<VirtualHost *:80>\nDocumentRoot \"/srv//a/\"\n</VirtualHost>\n");
  ASSERT_TRUE(conf.sites);
  ASSERT_EQ(conf.sites->all().size(), 1U);
  EXPECT_EQ(Told(conf.sites->all()[0].answer), kOfRoot);
  EXPECT_EQ(conf.sites->all()[0].answer.place, "/etc/apache2/apache2.conf:11");
  EXPECT_GT(conf.changed, WallTime{});
  EXPECT_EQ(AnswerTo("a", "DocumentRoot /srv/a\n<VirtualHost *:80>\n</VirtualHost>\n"), kOfRoot)
      << "the main server's";
  for (const char* root : {"${WWW}/a", "a", ""}) {
    EXPECT_EQ(Answer("DocumentRoot " + std::string(root) + "\n"), "unknown") << root;
  }
}

TEST_F(ApacheSitesTest, AnAliasComesBeforeTheDocumentRoot) {
  const std::vector<Case> cases = {
      {"Alias /.well-known/acme-challenge /srv/acme\n", "in /srv/acme"},
      {"Alias /.well-known/acme-challenge /srv/acme/\n", "in /srv/acme"},
      {"alias \"//.well-known/acme-challenge/\" '/srv/acme/'\n", "in /srv/acme"},
      {"Alias /.well-known /srv/w\n", "in /srv/w/acme-challenge"},
      {"Alias /.well-known/ /srv/w/\n", "in /srv/w/acme-challenge"},
      {"Alias / /srv/b/\n", "in /srv/b/.well-known/acme-challenge"},
      {"Alias /.well-known /srv/w\nAlias /.well-known/acme-challenge /srv/acme\n",
       "in /srv/w/acme-challenge"},
      {"Alias /.well /srv/w\nAlias /icons/ /srv/icons/\nScriptAlias /cgi-bin/ /srv/cgi/\n",
       kOfRoot},
      {"AliasMatch ^/shop/ /srv/shop\n", kOfRoot},
      {"Alias /.well-known/acme-challenge/ /srv/acme\n", "unknown"},
      {"Alias /.well-known/acme-challenge acme\n", "unknown"},
      {"Alias /.well-known/acme-challenge ${ACME}\n", "unknown"},
      {"Alias ${X} /srv/acme\n", "unknown"},
      {"AliasMatch /(.*) /srv/$1\n", "unknown"},
      {"ScriptAlias / /srv/app/\n", "unknown"},
      {"WSGIScriptAlias / /srv/app\n", "unknown"},
      {"JkMount /* worker\n", "unknown"},
      {"WSGIScriptAlias /shop /srv/app\nJkMount /app/* worker\n", kOfRoot},
      {"<IfModule mod_other.c>\nAlias /.well-known/acme-challenge /srv/acme\n</IfModule>\n",
       "unknown"},
      {"<IfModule mod_rewrite.c>\nAlias / /srv/b/\n</IfModule>\n",
       "in /srv/b/.well-known/acme-challenge"},
      {"<IfModule !mod_rewrite.c>\nAlias / /srv/b/\n</IfModule>\n", kOfRoot},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(Answer(one.text), one.answer) << one.text;
  }
  const std::string main = "Alias /.well-known/acme-challenge /srv/acme\n";
  EXPECT_EQ(Answer("", main), "in /srv/acme");
  EXPECT_EQ(Answer("Alias /.well-known /srv/w\n", main), "in /srv/w/acme-challenge")
      << "a host's come first";
}

TEST_F(ApacheSitesTest, ARedirectComesBeforeAnAlias) {
  const std::vector<Case> cases = {
      {"Redirect / https://b.example/\n", "to b.example:443"},
      {"Alias / /srv/b/\nRedirect permanent \"/\" \"https://b.example/\"\n", "to b.example:443"},
      {"RedirectPermanent / https://b.example/\n", "to b.example:443"},
      {"Redirect 308 /.well-known https://b.example/.well-known\n", "to b.example:443"},
      {"RedirectMatch 301 ^(.*)$ https://b.example$1\n", "to b.example:443"},
      {"RedirectMatch ^/(.*)$ https://b.example/$1\n", "to b.example:443"},
      {"Redirect / http://b.example/\n", "to b.example:80"},
      {"Redirect gone /\n", "refuses 410"},
      {"RedirectMatch 404 /\\..*$\n", "refuses 404"},
      {"RedirectMatch 404 /\\.git\nRedirect /old https://b.example/\n", kOfRoot},
      {"RedirectMatch ^/(?!\\.well-known) https://b.example/\n", kOfRoot},
      {"Redirect / https://b.example\n", "unknown"},
      {"Redirect / https://b.example/shop/\n", "unknown"},
      {"Redirect / https://b.example:8443/\n", "unknown"},
      {"Redirect / /shop/\n", "unknown"},
      {"RedirectMatch . https://b.example/\n", "unknown"},
      {"RedirectMatch [b-d] https://b.example/\n", "unknown"},
      {"<Location /.well-known>\nRedirect / https://b.example/\n</Location>\n", "unknown"},
      {"<Location /shop>\nRedirect / https://b.example/\n</Location>\n", kOfRoot},
  };
  for (const Case& one : cases) EXPECT_EQ(Answer(one.text), one.answer) << one.text;
  EXPECT_EQ(Answer("", "Redirect / https://m.example/\n"), "to m.example:443");
}

TEST_F(ApacheSitesTest, WhatIsHandedOnIsNotKnown) {
  const std::vector<Case> cases = {
      {"ProxyPass / http://127.0.0.1:8080/\n", "unknown"},
      {"ProxyPassMatch ^/(.*) http://127.0.0.1:8080/$1\n", "unknown"},
      {"ProxyPass /shop http://127.0.0.1:8080/\nProxyPassReverse / http://127.0.0.1:8080/\n",
       kOfRoot},
      {"ProxyPass /.well-known/acme-challenge !\nProxyPass / http://127.0.0.1:8080/\n", kOfRoot},
      {"ProxyPass / http://127.0.0.1:8080/\nProxyPass /.well-known !\n", "unknown"},
      {"<Location /.well-known/acme-challenge>\nProxyPass !\n</Location>\n"
       "ProxyPass / http://127.0.0.1:8080/\n",
       kOfRoot},
      {"<Location />\nProxyPass http://127.0.0.1:8080/\n</Location>\n", "unknown"},
      {"<Proxy *>\nRequire all denied\n</Proxy>\n", kOfRoot},
  };
  for (const Case& one : cases) EXPECT_EQ(Answer(one.text), one.answer) << one.text;
  EXPECT_EQ(Answer("ProxyPass /.well-known !\n", "ProxyPass / http://b/\n"), "unknown")
      << "the main server's come first";
}

TEST_F(ApacheSitesTest, SectionsDecideWhoIsGivenTheFile) {
  const auto section = [](const std::string& head, const std::string& text) {
    const std::string name = head.substr(0, head.find(' '));
    return "<" + head + ">\n" + text + "\n</" + name + ">\n";
  };
  const std::vector<Case> cases = {
      {section("Directory /srv/a", "Options -Indexes\nRequire all granted"), kOfRoot},
      {section("Directory /srv/a", "Require valid-user"), "unknown"},
      {section("Directory /srv/a/.well-known/", "Require all denied"), "unknown"},
      {section("Directory /srv/ab", "Require all denied"), kOfRoot},
      {section("Directory /srv/*/private", "Require all denied"), kOfRoot},
      {section("Directory /srv/*", "Require all denied"), "unknown"},
      {section("Directory ~ \"/\\.\"", "Require all denied"), "unknown"},
      {section("DirectoryMatch /\\.git", "Require all denied"), kOfRoot},
      {section("Directory ${WWW}", "Require all denied"), "unknown"},
      {section("Location /", "Require ip 192.0.2.1"), "unknown"},
      {section("Location /server-status", "SetHandler server-status\nRequire local"), kOfRoot},
      {section("Location /.well-known", "SetHandler none\nRequire all granted"), kOfRoot},
      {section("LocationMatch ^/(?!shop)", "SetHandler x"), "unknown"},
      {section("FilesMatch \\.php$", "SetHandler proxy:unix:/run/php.sock|fcgi://x"), kOfRoot},
      {section("FilesMatch ^[^.]+$", "SetHandler x"), "unknown"},
      {section("Files .ht*", "Require all denied"), kOfRoot},
      {section("Files *", "Require all denied"), "unknown"},
      {section("Directory /srv/a", "<Files \"*\">\nRequire all denied\n</Files>"), "unknown"},
      {section("Directory /srv/a", "<Limit PUT>\nRequire all denied\n</Limit>"), "unknown"},
      {section("Directory /srv/a", "Order allow,deny\nAllow from all"), kOfRoot},
      {section("Directory /srv/a", "Order allow,deny\nAllow from 192.0.2.1"), "unknown"},
      {section("Directory /srv/a", "Order deny,allow\nDeny from all"), "unknown"},
      {section("Directory /srv/a", "RewriteEngine on\nRewriteRule . /index.php"), "unknown"},
      {section("Directory /srv/a", "FallbackResource /index.php"), kFallback},
      {section("If \"%{HTTP_HOST} == 'x'\"", "Redirect / https://b.example/"), "unknown"},
      {section("If \"%{HTTP_HOST} == 'x'\"", "Header set X y"), kOfRoot},
      {section("IfVersion < 2.4", section("Directory /srv/a", "Require all denied")), "unknown"},
      {section("IfVersion < 2.4", section("Directory /srv/b", "Require all denied")), kOfRoot},
      {"FallbackResource /index.php\n", kFallback},
      {"ErrorDocument 404 /404.php\n", kFallback},
      {"ErrorDocument 404 /404.html\nErrorDocument 403 \"Go away\"\n", kOfRoot},
      {"SetHandler x\n", "unknown"},
      {"DocumentRoot /home/a\n", "unknown"},
  };
  for (const Case& one : cases) EXPECT_EQ(Answer(one.text), one.answer) << one.text;
}

TEST_F(ApacheSitesTest, AnHtaccessFileThatIsReadMayDoAnything) {
  const std::string allows = "<Directory /srv/a/>\nAllowOverride All\n</Directory>\n";
  EXPECT_EQ(Answer(allows), kOfRoot);
  tree.Write("srv/.htaccess", "");
  EXPECT_EQ(Answer(allows), kOfRoot) << "above it";
  tree.Write("srv/a/.htaccess", "");
  EXPECT_EQ(Answer(""), kOfRoot);
  EXPECT_EQ(Answer(allows), "unknown");
  EXPECT_EQ(Answer("", allows), "unknown");
  EXPECT_EQ(Answer("<Directory /srv/a>\nAllowOverride None\n</Directory>\n", allows), kOfRoot);
  EXPECT_EQ(Answer("<Directory /srv/*>\nAllowOverride FileInfo\n</Directory>\n"), "unknown");
  EXPECT_EQ(Answer("AccessFileName .acl\n"), "unknown");
}

TEST_F(ApacheSitesTest, WhatIsNotKnownMayDoAnything) {
  const std::vector<Case> cases = {
      {"SSLProtocol all\nHeader always set X y\nprotocols h2\n", kOfRoot},
      {"VirtualDocumentRoot /srv/%0\n", "unknown"},
      {"SSLRequireSSL\n", "unknown"},
      {"UseCanonicalName Off\n", kOfRoot},
      {"UseCanonicalName On\n", "unknown"},
      {"<Perl>\n</Perl>\n", kOfRoot},
      {"<Perl>\n$x = 1;\n</Perl>\n", "unknown"},
      {"<IfDefine X>\nFancyOn\n</IfDefine>\n", "unknown"},
      {"RedirectMatch 404 \"\\\\.git\"\n", "unknown"},
  };
  for (const Case& one : cases) EXPECT_EQ(Answer(one.text), one.answer) << one.text;
  EXPECT_EQ(Answer("", "FancyOn\n"), "unknown");
  tree.Write("usr/lib/mod_md.so", "");
  EXPECT_EQ(Answer("", "LoadModule md_module /usr/lib/mod_md.so\n"), "unknown");
}

TEST_F(ApacheSitesTest, HostsThatCannotBeToldAreNone) {
  const std::string host = "<VirtualHost *:80>\n</VirtualHost>\n";
  for (const std::string& text :
       {"<IfDefine X>\n" + host + "</IfDefine>\n",
        std::string("<VirtualHost *:http>\n</VirtualHost>\n"),
        std::string("<VirtualHost *:80>\nServerName ${NAME}\n</VirtualHost>\n"),
        std::string(
            "<VirtualHost *:80>\n<IfDefine X>\nServerAlias b\n</IfDefine>\n</VirtualHost>\n"),
        host + "<VirtualHost *>\n</VirtualHost>\n", std::string("Use Host a\n")}) {
    EXPECT_FALSE(Read(text).sites) << text;
  }
  std::string deep = host;
  for (int i = 0; i < 1000; ++i) deep = "<If a>\n" + deep + "</If>\n";
  EXPECT_FALSE(Read(deep).sites);
  EXPECT_TRUE(Read(host + "<IfModule !mod_rewrite.c>\n</IfModule>\n").sites);
  EXPECT_TRUE(Read("").sites);
}

}  // namespace
}  // namespace certhealth
