// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "collectors/web_server/web_server_reading.h"
#include "tests/support/apache_stand.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

/// The files that Debian 12 installs, with some more modules enabled than at first.
class ApacheDebianTest : public testing::Test {
 protected:
  ApacheDebianTest() {
    const std::filesystem::path fixture = CERTHEALTH_SOURCE_DIR "/tests/fixtures/apache/debian12";
    std::filesystem::copy(fixture, tree.root(), std::filesystem::copy_options::recursive);
    for (const auto& file :
         std::filesystem::directory_iterator(tree.Path("etc/apache2/mods-enabled"))) {
      tree.Write("usr/lib/apache2/modules/mod_" + file.path().stem().string() + ".so", "");
    }
    tree.Write("etc/ssl/certs/ssl-cert-snakeoil.pem", "");
    tree.Write("etc/ssl/private/ssl-cert-snakeoil.key", "");
  }
  WebServerConf Read() { return ReadApacheConf(*files, {}, "/etc/apache2").conf; }
  std::string AnswerTo(const std::string& name, std::uint16_t port = 80) {
    const WebServerConf conf = Read();
    if (!conf.sites) return "no sites; " + conf.fault;
    const auto met = conf.sites->AnswersTo(name, port).answers;
    return met.empty() ? "no answer" : Told(met.front());
  }

  TemporaryTree tree;
  std::unique_ptr<FileSystem> files = MakePosixFileSystem(tree.root());
};

TEST_F(ApacheDebianTest, ServesChallengesFromVarWww) {
  EXPECT_EQ(AnswerTo("a.example"), "in /var/www/html/.well-known/acme-challenge");
  EXPECT_EQ(AnswerTo("a.example", 443), "in /var/www/html/.well-known/acme-challenge");
}

TEST_F(ApacheDebianTest, KnowsTheHostsThatCertbotWrites) {
  tree.Write("etc/apache2/sites-enabled/a.conf",
             "<VirtualHost *:80>\n  ServerName a.example\n  ServerAlias www.a.example\n"
             "  DocumentRoot /var/www/a\n  ErrorLog ${APACHE_LOG_DIR}/error.log\n"
             "RewriteEngine on\nRewriteCond %{SERVER_NAME} =www.a.example [OR]\n"
             "RewriteCond %{SERVER_NAME} =a.example\n"
             "RewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [END,NE,R=permanent]\n"
             "</VirtualHost>\n");
  tree.Write("etc/letsencrypt/options-ssl-apache.conf",
             "SSLEngine on\nSSLProtocol all -SSLv2 -SSLv3\nSSLHonorCipherOrder off\n"
             "SSLOptions +StrictRequire\n");
  for (const char* name : {"fullchain", "privkey"}) {
    tree.Write("etc/letsencrypt/live/a.example/" + std::string(name) + ".pem", "");
  }
  tree.Write("etc/apache2/sites-enabled/a-le-ssl.conf",
             "<IfModule mod_ssl.c>\n<VirtualHost *:443>\n  ServerName a.example\n"
             "  ServerAlias www.a.example\n  DocumentRoot /var/www/a\n"
             "SSLCertificateFile /etc/letsencrypt/live/a.example/fullchain.pem\n"
             "SSLCertificateKeyFile /etc/letsencrypt/live/a.example/privkey.pem\n"
             "Include /etc/letsencrypt/options-ssl-apache.conf\n"
             "</VirtualHost>\n</IfModule>\n");
  EXPECT_EQ(AnswerTo("www.a.example"), "in /var/www/a/.well-known/acme-challenge");
  EXPECT_EQ(AnswerTo("b.example"), "in /var/www/html/.well-known/acme-challenge");
  EXPECT_FALSE(Read().sites->AnswersTo("b.example", 80).is_named);
}

TEST_F(ApacheDebianTest, GivesNobodyWhatLiesElsewhere) {
  tree.Write("etc/apache2/sites-enabled/a.conf",
             "<VirtualHost *:80>\nServerName a.example\nDocumentRoot /opt/a\n</VirtualHost>\n");
  EXPECT_EQ(AnswerTo("a.example"), "unknown");
}

}  // namespace
}  // namespace certhealth
