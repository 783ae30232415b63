// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/web_server/web_server_reading.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ApacheConfTest : public testing::Test {
 protected:
  ApacheConfTest() {
    tree.Write("etc/apache2/apache2.conf",
               "IncludeOptional mods-enabled/*.load\nIncludeOptional sites-enabled/*.conf\n");
  }
  WebServerConf Read() { return ReadApacheConf(*files, {}, "/etc/apache2").conf; }
  WebServerConf ReadSite(const std::string& text) {
    tree.Write("etc/apache2/sites-enabled/a.conf", text);
    return Read();
  }
  void EnableSsl() {
    tree.Write("usr/lib/mod_ssl.so", "");
    tree.Write("etc/apache2/mods-enabled/ssl.load", "LoadModule ssl_module /usr/lib/mod_ssl.so\n");
  }

  TemporaryTree tree;
  std::unique_ptr<FileSystem> files = MakePosixFileSystem(tree.root());
};

TEST_F(ApacheConfTest, TellsThePortsOfItsHosts) {
  const WebServerConf conf = ReadSite(
      "<VirtualHost *:80 [::1]:8080>\n  ServerName a\n</VirtualHost>\n"
      "<virtualhost 192.0.2.1>\n  SSLEngine \"on\"\n</virtualhost>\n"
      "<VirtualHost _default_:443>\n</VirtualHost>\n");
  EXPECT_EQ(conf.fault, "");
  EXPECT_TRUE(conf.complete);
  ASSERT_EQ(conf.hosts.size(), 3U);
  EXPECT_THAT(conf.hosts[0].ports, ElementsAre("80", "8080"));
  EXPECT_FALSE(conf.hosts[0].is_ssl);
  EXPECT_THAT(conf.hosts[1].ports, ElementsAre(""));
  EXPECT_TRUE(conf.hosts[1].is_ssl);
  EXPECT_TRUE(conf.hosts[2].is_ssl);
}

TEST_F(ApacheConfTest, ADirectiveIsAWordOfTheProgramOrOfAModule) {
  const auto program = [](std::vector<std::string> words) {
    std::string bytes =
        "\x7f"
        "ELF";
    for (const std::string& word : words) bytes += word + '\0';
    return bytes;
  };
  tree.Write("usr/sbin/apache2",
             program({"DocumentRoot", "IncludeOptional", "LoadModule", "ServerName"}));
  EXPECT_EQ(ReadSite("<VirtualHost *:80>\ndocumentroot /x\n</VirtualHost>\n").fault, "");
  EXPECT_EQ(ReadSite("<VirtualHost *:80>\nDocumentRot /x\n</VirtualHost>\n").fault,
            "/etc/apache2/sites-enabled/a.conf:2: invalid command 'DocumentRot'");
  EXPECT_EQ(ReadSite("<IfModule mod_x.c>\nXOn\n</IfModule>\n").fault, "") << "passed over";
  EXPECT_EQ(ReadSite("<Perl>\n$x = 1;\n</Perl>\n").fault, "");
  EXPECT_THAT(ReadSite("SSLEngine on\n").fault, HasSubstr("SSLEngine"));
  EnableSsl();
  EXPECT_EQ(ReadSite("SSLEngin on\n").fault, "") << "a module that is none may know it";
  tree.Write("usr/lib/mod_ssl.so", program({"SSLEngine"}));
  EXPECT_EQ(ReadSite("SSLEngine on\n").fault, "");
  EXPECT_THAT(ReadSite("SSLEngin on\n").fault, HasSubstr("SSLEngin"));
}

TEST_F(ApacheConfTest, SectionsMustBeClosedInTheirOrder) {
  EXPECT_EQ(ReadSite("<VirtualHost *:80>\n").fault,
            "/etc/apache2/sites-enabled/a.conf:1: <VirtualHost> is not closed");
  EXPECT_THAT(ReadSite("<VirtualHost *:80>\n</Directory>\n").fault,
              HasSubstr("expected </VirtualHost> but saw </Directory>"));
  EXPECT_THAT(ReadSite("</VirtualHost>\n").fault, HasSubstr("without <VirtualHost>"));
  EXPECT_EQ(ReadSite("# <VirtualHost *:80>\nServerAdmin a \\\n</VirtualHost>\n").fault, "")
      << "a comment, and the rest of a line";
}

TEST_F(ApacheConfTest, AnIncludeThatIsNotOptionalMustBeThere) {
  EXPECT_THAT(ReadSite("Include none.conf\n").fault,
              HasSubstr("Include /etc/apache2/none.conf, which does not exist"));
  EXPECT_EQ(ReadSite("IncludeOptional none.conf\n").fault, "");
  tree.Link("etc/apache2/sites-enabled/gone.conf", "/nowhere");
  EXPECT_EQ(Read().fault, "");
  EXPECT_TRUE(Read().complete);
}

TEST_F(ApacheConfTest, ACertificateMustBeThereWhereItIsReadAtOnce) {
  const std::string site =
      "<IfModule mod_ssl.c>\n<VirtualHost *:443>\nSSLCertificateFile /gone.pem\n"
      "</VirtualHost>\n</IfModule>\n";
  EXPECT_EQ(ReadSite(site).fault, "");
  EXPECT_EQ(Read().hosts.size(), 1U) << "certbot counts it all the same";
  EnableSsl();
  EXPECT_EQ(Read().fault,
            "/etc/apache2/sites-enabled/a.conf:3: sslcertificatefile /gone.pem, which does not "
            "exist");
  tree.Write("gone.pem", "x");
  EXPECT_EQ(Read().fault, "");
}

TEST_F(ApacheConfTest, WhatAConditionMayLeaveOutIsNoFault) {
  EnableSsl();
  for (const char* condition : {"IfModule mod_other.c", "IfDefine X", "IfModule !mod_ssl.c"}) {
    const std::string name = std::string(condition).substr(0, 8);
    EXPECT_EQ(ReadSite("<" + std::string(condition) + ">\nSSLCertificateFile /gone.pem\n</" + name +
                       ">\n")
                  .fault,
              "")
        << condition;
  }
}

TEST_F(ApacheConfTest, AMacroMayMakeHosts) {
  EXPECT_FALSE(
      ReadSite("<Macro H $name>\n<VirtualHost *:80>\n</VirtualHost>\n</Macro>\n").complete);
  EXPECT_FALSE(ReadSite("Use H a\n").complete);
  EXPECT_FALSE(ReadSite("<VirtualHost *:${PORT}>\n</VirtualHost>\n").complete);
}

}  // namespace
}  // namespace certhealth
