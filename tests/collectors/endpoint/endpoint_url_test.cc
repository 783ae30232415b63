// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/endpoint_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

/// What `text` is read as, or "-".
std::string Read(std::string_view text) {
  const Result<EndpointTarget> target = ParseEndpoint(text);
  if (!target) {
    EXPECT_EQ(target.error().reason, Reason::kBadText);
  }
  return target ? ToString(*target) : "-";
}

TEST(EndpointUrl, IsAHostAndAPort) {
  EXPECT_EQ(Read("example.com"), "example.com:443");
  EXPECT_EQ(Read("example.com:8443"), "example.com:8443");
  EXPECT_EQ(Read("EXAMPLE.com.:443"), "example.com:443");
  EXPECT_EQ(Read("192.0.2.1"), "192.0.2.1:443");
  EXPECT_EQ(Read("192.0.2.1:993"), "192.0.2.1:993");
  EXPECT_EQ(Read("[2001:db8::1]:443"), "[2001:db8::1]:443");
  EXPECT_EQ(Read("2001:DB8::1"), "[2001:db8::1]:443");
  EXPECT_EQ(Read("_dane.mail-1.example.com"), "_dane.mail-1.example.com:443");
  EXPECT_EQ(Read("localhost:1"), "localhost:1");
}

TEST(EndpointUrl, HasAProtocolWithAPortOfItsOwn) {
  EXPECT_EQ(Read("https://example.com/"), "example.com:443");
  EXPECT_EQ(Read("imaps://example.com"), "example.com:993");
  EXPECT_EQ(Read("smtp://example.com"), "smtp://example.com:25");
  EXPECT_EQ(Read("SMTP://[::1]:2525"), "smtp://[::1]:2525");
  EXPECT_EQ(Read("submission://example.com"), "smtp://example.com:587");
  EXPECT_EQ(Read("xmpp-client://example.com"), "xmpp://example.com:5222");
  EXPECT_EQ(Read("postgresql://db.example.com"), "postgres://db.example.com:5432");
  EXPECT_EQ(Read("sieve://mail.example.com"), "sieve://mail.example.com:4190");
}

TEST(EndpointUrl, IsReadBackAsItIsWritten) {
  for (const char* text : {"smtp://a:1", "lmtp://a:1", "imap://a:1", "pop3://a:1", "ftp://a:1",
                           "ldap://a:1", "xmpp://a:1", "xmpp-server://a:1", "postgres://a:1",
                           "mysql://a:1", "nntp://a:1", "sieve://a:1", "a:1"}) {
    EXPECT_EQ(Read(text), text);
  }
}

TEST(EndpointUrl, IsRefusedWithAnythingElse) {
  for (const std::string& text : {std::string(),
                                  std::string(":443"),
                                  std::string("example.com:"),
                                  std::string("example.com:0"),
                                  std::string("example.com:65536"),
                                  std::string("example.com:443x"),
                                  std::string("example.com:+1"),
                                  std::string("gopher://example.com"),
                                  std::string("https://"),
                                  std::string("https://example.com/path"),
                                  std::string("user@example.com"),
                                  std::string("example..com"),
                                  std::string(".example.com"),
                                  std::string("exa mple.com"),
                                  std::string("b\xC3\xBC"
                                              "cher.example"),
                                  std::string("*.example.com"),
                                  std::string("[example.com]:443"),
                                  std::string("[::1"),
                                  std::string("[::1]443"),
                                  std::string("[127.0.0.1]:1"),
                                  std::string("::1:::"),
                                  std::string("192.0.2.256"),
                                  std::string("127.1"),
                                  std::string("example.com\0x", 13),
                                  std::string(64, 'a'),
                                  std::string(5000, 'a'),
                                  "a" + std::string(300, '.')}) {
    EXPECT_EQ(Read(text), "-") << text;
  }
}

}  // namespace
}  // namespace certhealth
