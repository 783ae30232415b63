// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/endpoint_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

using testing::HasSubstr;

std::string Read(std::string_view text) {
  const auto target = ParseEndpointUrl(text);
  if (!target) return "refused: " + target.error().detail;
  return HostAndPort(target->host, target->port) +
         (target->starttls == StartTls::kNone ? " tls" : " starttls");
}

TEST(EndpointUrl, TakesPort443WhereNoneIsTyped) {
  EXPECT_EQ(Read("www.example.com"), "www.example.com:443 tls");
  EXPECT_EQ(Read("192.0.2.1"), "192.0.2.1:443 tls");
  EXPECT_EQ(Read("[2001:db8::1]"), "[2001:db8::1]:443 tls");
}

TEST(EndpointUrl, TakesTheSchemesOwnPort) {
  EXPECT_EQ(Read("smtp://mx.example.com"), "mx.example.com:25 starttls");
  EXPECT_EQ(Read("imaps://mx.example.com"), "mx.example.com:993 tls");
  EXPECT_EQ(ParseEndpointUrl("xmpp-server://a.example")->starttls, StartTls::kXmppServer);
  EXPECT_THAT(Read("tls://a.example"), HasSubstr("needs a port"));
}

TEST(EndpointUrl, AsksAWellKnownPortAsItIsSpoken) {
  EXPECT_EQ(ParseEndpointUrl("mx.example.com:587")->starttls, StartTls::kSmtp);
  EXPECT_EQ(ParseEndpointUrl("db.example.com:5432")->starttls, StartTls::kPostgres);
  EXPECT_EQ(ParseEndpointUrl("mx.example.com:2525")->starttls, StartTls::kSmtp);
  EXPECT_EQ(ParseEndpointUrl("mx.example.com:993")->starttls, StartTls::kNone);
  EXPECT_EQ(ParseEndpointUrl("tls://mx.example.com:25")->starttls, StartTls::kNone);
  EXPECT_EQ(StartTlsOfPort(0), StartTls::kNone);
}

TEST(EndpointUrl, GivesNamesInOneForm) {
  EXPECT_EQ(Read("WWW.Example.COM.:8443"), "www.example.com:8443 tls");
  EXPECT_EQ(Read("HTTPS://Example.com/a/path?with=query"), "example.com:443 tls");
  EXPECT_EQ(Read("example.com/"), "example.com:443 tls");
  EXPECT_EQ(Read("[2001:DB8::1]:8443"), "[2001:db8::1]:8443 tls");
  EXPECT_EQ(Read("localhost:8443"), "localhost:8443 tls");
}

TEST(EndpointUrl, SaysWhatIsWrong) {
  EXPECT_THAT(Read(""), HasSubstr("neither an address nor a host name"));
  EXPECT_THAT(Read("a b"), HasSubstr("neither an address nor a host name"));
  EXPECT_THAT(Read("-a.example"), HasSubstr("neither"));
  EXPECT_THAT(Read("a..example"), HasSubstr("neither"));
  EXPECT_THAT(Read("192.0.2.256"), HasSubstr("neither"));
  EXPECT_THAT(Read("b\xc3\xbc"
                   "cher.example"),
              HasSubstr("ASCII form"));
  EXPECT_THAT(Read("example.com:0"), HasSubstr("1 to 65535"));
  EXPECT_THAT(Read("example.com:65536"), HasSubstr("1 to 65535"));
  EXPECT_THAT(Read("example.com:"), HasSubstr("1 to 65535"));
  EXPECT_THAT(Read("2001:db8::1"), HasSubstr("brackets"));
  EXPECT_THAT(Read("[2001:db8::1"), HasSubstr("not closed"));
  EXPECT_THAT(Read("[localhost]:443"), HasSubstr("not an IPv6 address"));
  EXPECT_THAT(Read("[::1]443"), HasSubstr("1 to 65535"));
  EXPECT_THAT(Read("gopher://a.example"), HasSubstr("none of https, tls"));
  EXPECT_THAT(Read("smtp://a.example/path"), HasSubstr("nothing behind it"));
  EXPECT_THAT(Read("https://user:secret@a.example"), HasSubstr("nobody logs in"));
  EXPECT_THAT(Read(std::string(1025, 'a')), HasSubstr("longer"));
}

TEST(EndpointUrl, SaysItOnOneLine) { EXPECT_EQ(Read("a\nb\xff").find('\n'), std::string::npos); }

}  // namespace
}  // namespace certhealth
