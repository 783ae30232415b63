// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "collectors/web_server/web_server_reader.h"
#include "collectors/web_server/web_server_reading.h"
#include "tests/support/broken_file_system.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class NginxConfTest : public testing::Test {
 protected:
  WebServerConf Read() { return ReadNginxConf(*files, {}, "/etc/nginx").conf; }
  void Write(const std::string& text) { tree.Write("etc/nginx/nginx.conf", text); }
  /// A program that has these words.
  void WriteProgram(const std::string& path, std::vector<std::string> words) {
    std::string bytes =
        "\x7f"
        "ELF";
    for (const std::string& word : words) bytes += word + '\0';
    tree.Write(path, bytes);
  }

  TemporaryTree tree;
  std::unique_ptr<FileSystem> files = MakePosixFileSystem(tree.root());
};

TEST_F(NginxConfTest, FindsNothingWrongWithWhatDebianShips) {
  Write("events {}\nhttp {\n  include mime.types;\n  include /etc/nginx/sites-enabled/*;\n}\n");
  tree.Write("etc/nginx/mime.types", "types { text/html html; }\n");
  tree.Write("etc/nginx/sites-enabled/default", "server { listen 80 default_server; }\n");
  tree.Write("etc/nginx/sites-enabled/.default.swp", "server {");
  const WebServerConf conf = Read();
  EXPECT_EQ(conf.fault, "");
  EXPECT_TRUE(conf.complete);
}

TEST_F(NginxConfTest, NamesFileAndLineOfABraceTooMany) {
  Write("http { include conf.d/*.conf; }\n");
  tree.Write("etc/nginx/conf.d/a.conf", "server {\n}\n}\n");
  EXPECT_EQ(Read().fault, "/etc/nginx/conf.d/a.conf:3: unexpected \"}\"");
}

TEST_F(NginxConfTest, NoticesABlockThatIsNotClosed) {
  Write("http { include conf.d/*.conf; }\n");
  tree.Write("etc/nginx/conf.d/a.conf", "server {\n");
  EXPECT_THAT(Read().fault, HasSubstr("expecting \"}\""));
}

TEST_F(NginxConfTest, AnIncludeOfOneFileMustBeThereAndOneOfManyNeedNot) {
  Write("include none/*.conf;\n");
  EXPECT_EQ(Read().fault, "");
  Write("include none.conf;\n");
  EXPECT_THAT(Read().fault, HasSubstr("include /etc/nginx/none.conf, which does not exist"));
  Write("if_this_is_missing { }\n");
  EXPECT_EQ(Read().fault, "") << "what is not known is no fault";
}

TEST_F(NginxConfTest, ASiteThatIsALinkToNothingMustNotBeThere) {
  Write("http { include sites-enabled/*; }\n");
  tree.Link("etc/nginx/sites-enabled/gone", "../sites-available/gone");
  EXPECT_THAT(Read().fault, HasSubstr("/etc/nginx/sites-enabled/gone, which does not exist"));
}

TEST_F(NginxConfTest, AServersCertificateMustBeThere) {
  Write("http { server { ssl_certificate /gone.pem; } }");
  EXPECT_THAT(Read().fault, HasSubstr("ssl_certificate /gone.pem, which does not exist"));
  Write("http { server { ssl_certificate /certs/$ssl_server_name.pem; } }");
  EXPECT_EQ(Read().fault, "") << "looked up when a client comes";
  Write("http { ssl_certificate /gone.pem; server { ssl_certificate there.pem; } }");
  tree.Write("etc/nginx/there.pem", "");
  EXPECT_EQ(Read().fault, "") << "the server has its own";
}

TEST_F(NginxConfTest, TheDirectoryOfALogMustBeThere) {
  Write("http { server { access_log /var/log/gone/access.log combined; } }");
  EXPECT_THAT(Read().fault, HasSubstr("nginx.conf:1: access_log /var/log/gone/access.log, whose "
                                      "directory does not exist"));
  Write("error_log /gone/error.log;");
  EXPECT_THAT(Read().fault, HasSubstr("error_log /gone/error.log"));
  tree.Write("var/log/nginx/old.log", "");
  for (const char* fine :
       {"error_log /var/log/nginx/error.log warn;", "http { access_log off; }", "error_log stderr;",
        "http { access_log syslog:server=unix:/gone/log nohostname; }",
        "http { access_log /gone/$host.log; }", "http { map $a $b { access_log /gone/x; } }",
        "http { access_log logs/access.log; }"}) {
    Write(fine);
    EXPECT_EQ(Read().fault, "") << fine;
  }
}

TEST_F(NginxConfTest, ADirectiveIsAWordOfTheProgramOrOfAModule) {
  const std::vector<std::string> own = {"worker_connections", "events",      "http", "server",
                                        "server_name",        "load_module", "map",  "include",
                                        "long_upstream",      "stream"};
  WriteProgram("usr/sbin/nginx", own);
  Write("http {\n server {\n  sever_name a;\n }\n}\n");
  EXPECT_EQ(Read().fault, "/etc/nginx/nginx.conf:3: unknown directive \"sever_name\"");
  Write("http { sever { } }");
  EXPECT_THAT(Read().fault, HasSubstr("unknown directive \"sever\""));
  Write("http { map $a $b { hostnames; a b; } server { server_name a; } }");
  EXPECT_EQ(Read().fault, "") << "what is in a map is none";
  Write("http { upstream u { } }");
  EXPECT_EQ(Read().fault, "") << "the end of another string: linkers share them";
  Write("load_module modules/geo.so; http { geoip2 /x; }");
  EXPECT_EQ(Read().fault, "") << "a module that cannot be read may know it";
  WriteProgram("usr/share/nginx/modules/geo.so", {"geoip2"});
  EXPECT_EQ(Read().fault, "");
  Write("load_module modules/geo.so; http { geoip3 /x; }");
  EXPECT_THAT(Read().fault, HasSubstr("geoip3"));
}

TEST_F(NginxConfTest, ADirectiveMayBeAWordOfAnyNginxThatMayBeTheOne) {
  WriteProgram("usr/sbin/nginx", {"worker_connections", "http"});
  Write("http { own_directive on; }");
  EXPECT_THAT(Read().fault, HasSubstr("own_directive"));
  WriteProgram("usr/local/sbin/nginx", {"worker_connections", "http", "own_directive"});
  EXPECT_EQ(Read().fault, "");
}

TEST_F(NginxConfTest, WithoutItsProgramEveryWordMayBeADirective) {
  Write("http { sever_name a; }");
  EXPECT_EQ(Read().fault, "");
  tree.Write("usr/sbin/nginx", "#!/bin/sh\nexec /opt/nginx \"$@\"\n");
  EXPECT_EQ(Read().fault, "") << "a wrapper";
  WriteProgram("usr/sbin/nginx", {"http", "UPX!"});
  EXPECT_EQ(Read().fault, "") << "one whose strings are packed";
  WriteProgram("usr/sbin/nginx", {"http", "worker_connections"});
  EXPECT_THAT(Read().fault, HasSubstr("sever_name"));
  EXPECT_EQ(ReadNginxConf(*files, {}, "/etc/nginx", "/opt/nginx").conf.fault, "") << "not that one";
}

TEST_F(NginxConfTest, ACertificateThatMayNotBeSeenIsNotMissing) {
  Write("http { server { ssl_certificate /secret/a.pem; } }");
  BrokenFileSystem broken(*files);
  broken.Break("/secret/a.pem", Reason::kPermissionDenied);
  EXPECT_THAT(ReadNginxConf(broken, {}, "/etc/nginx").conf.fault, IsEmpty());
}

TEST_F(NginxConfTest, WhatASandboxMayHideIsNotMissing) {
  Write("include /root/site.conf; http { server { ssl_certificate /root/a.pem; } }");
  tree.MakeDirectory("root");
  const MountView view(
      ParseMounts("30 1 0:9 / / rw - ext4 a rw\n31 30 0:7 / /root ro - tmpfs b ro\n"),
      ParseMounts("30 1 0:9 / / rw - ext4 a rw\n"), "");
  const WebServerConf conf = ReadNginxConf(*files, view, "/etc/nginx").conf;
  EXPECT_EQ(conf.fault, "");
  EXPECT_FALSE(conf.complete);
}

TEST_F(NginxConfTest, ASandboxMayHideCertificatesAndLeaveTheSitesKnownButNoInclude) {
  tree.MakeDirectory("root");
  const MountView view(
      ParseMounts("30 1 0:9 / / rw - ext4 a rw\n31 30 0:7 / /root ro - tmpfs b ro\n"),
      ParseMounts("30 1 0:9 / / rw - ext4 a rw\n"), "");
  Write("http { server { ssl_certificate /root/a.pem; } }");
  EXPECT_TRUE(ReadNginxConf(*files, view, "/etc/nginx").conf.sites);
  Write("http { server { } include /root/sites/*.conf; }");
  EXPECT_FALSE(ReadNginxConf(*files, view, "/etc/nginx").conf.sites);
}

TEST_F(NginxConfTest, GivesUpAtLua) {
  Write("http { server { content_by_lua_block { x = '}' } } } }");
  EXPECT_EQ(Read().fault, "");
  EXPECT_FALSE(Read().complete);
}

TEST_F(NginxConfTest, AFileThatIncludesItselfEnds) {
  Write("include nginx.conf;\ninclude nginx.con*;\n");
  EXPECT_EQ(Read().fault, "");
  EXPECT_FALSE(Read().complete);
}

TEST_F(NginxConfTest, WithoutItsMainFileThereIsNoServer) {
  EXPECT_EQ(Read().fault, "/etc/nginx/nginx.conf does not exist");
}

TEST_F(NginxConfTest, IsReadAgainOnlyWhenSomethingChanged) {
  Write("http { include sites/*; server { ssl_certificate /gone.pem; } }");
  tree.MakeDirectory("etc/nginx/sites");
  BrokenFileSystem watched(*files);
  WebServerReader reader;
  WallTime now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto look = [&] {
    return reader.Look(watched, {}, WebServer::kNginx, "/etc/nginx", "nginx", now);
  };
  EXPECT_THAT(look()->fault, HasSubstr("/gone.pem"));
  watched.TakeReads();
  look();
  EXPECT_FALSE(watched.TakeReads().empty()) << "it may have changed since, within a tick";
  now += std::chrono::hours{1};
  look();
  watched.TakeReads();
  look();
  EXPECT_THAT(watched.TakeReads(), IsEmpty());
  tree.Write("gone.pem", "");
  EXPECT_EQ(look()->fault, "");
  tree.Write("etc/nginx/sites/a", "}");
  // However soon that was after the directory was made.
  std::filesystem::last_write_time(tree.Path("etc/nginx/sites"),
                                   std::filesystem::file_time_type::clock::now());
  EXPECT_THAT(look()->fault, HasSubstr("sites/a:1"));
}

}  // namespace
}  // namespace certhealth
