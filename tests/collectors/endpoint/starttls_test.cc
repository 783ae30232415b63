// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/starttls.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/scripted_stream.h"

namespace certhealth {
namespace {

using namespace std::string_literals;

struct Dialogue {
  std::string fault;  // "" when TLS may begin
  std::string told;
};

Dialogue Talk(StartTls protocol, const std::string& says, std::size_t piece_bytes = 4096) {
  ScriptedStream stream(says, piece_bytes);
  const StartTlsTalk::Names names{"exam'ple.com", "probe.example"};
  StartTlsTalk talk(stream, kNoDeadline, names);
  const std::optional<EndpointFault> fault = SwitchToTls(protocol, talk).Finish();
  return {fault ? std::string(NameOf(fault->reason)) : "", stream.told};
}

std::string Fault(StartTls protocol, const std::string& says) { return Talk(protocol, says).fault; }

/// MySQL's first packet, with these lower capabilities.
std::string MysqlGreeting(const std::string& capabilities) {
  const std::string payload =
      "\x0A"s + "8.0.30\0"s + "\1\0\0\0"s + "password\0"s + capabilities + std::string(30, '\0');
  return std::string(1, static_cast<char>(payload.size())) + "\0\0\0"s + payload;
}

const std::string kXmppStream = "<?xml version='1.0'?><stream:stream from='example.com'>";
const std::string kXmppOffer =
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
    "</stream:features>";

/// A dialogue of each protocol that leads to TLS: what the server says, and what it is told.
struct Good {
  StartTls protocol;
  std::string says;
  std::string told;
};

const std::vector<Good>& GoodOnes() {
  static const std::vector<Good> kGood = {
      {StartTls::kSmtp,
       "220-mail\r\n220 hi\r\n250-mail\r\n250-SIZE 1\r\n250 STARTTLS\r\n220 ok\r\n",
       "EHLO probe.example\r\nSTARTTLS\r\n"},
      {StartTls::kLmtp, "220 mail\r\n250-mail\r\n250-starttls\r\n250 8BITMIME\r\n220\r\n",
       "LHLO probe.example\r\nSTARTTLS\r\n"},
      {StartTls::kImap, "* OK [CAPABILITY IMAP4rev1] hi\r\n* NOTE x\r\na1 OK begin\r\n",
       "a1 STARTTLS\r\n"},
      {StartTls::kPop3, "+OK hi <1@mail>\r\n+OK begin\r\n", "STLS\r\n"},
      {StartTls::kFtp, "120 soon\r\n220-hi\r\n free text\r\n220 ready\r\n234 AUTH TLS\r\n",
       "AUTH TLS\r\n"},
      {StartTls::kNntp, "201 news\r\n382 go\r\n", "STARTTLS\r\n"},
      {StartTls::kSieve, "\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK\r\nOK \"begin\"\r\n",
       "STARTTLS\r\n"},
      {StartTls::kLdap, "\x30\x0C\x02\x01\x01\x78\x07\x0A\x01\x00\x04\x00\x04\x00"s,
       "\x30\x1D\x02\x01\x01\x77\x18\x80\x16"s + "1.3.6.1.4.1.1466.20037"},
      {StartTls::kXmppClient,
       kXmppStream + kXmppOffer + "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
       "<?xml version='1.0'?><stream:stream to='exam&apos;ple.com' xmlns='jabber:client' "
       "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
       "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
      {StartTls::kXmppServer, kXmppStream + kXmppOffer + "<proceed></proceed>",
       "<?xml version='1.0'?><stream:stream to='exam&apos;ple.com' xmlns='jabber:server' "
       "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
       "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
      {StartTls::kPostgres, "S", "\0\0\0\x08\x04\xD2\x16\x2F"s},
      {StartTls::kMysql, MysqlGreeting("\x00\x08"s),
       "\x20\0\0\1\0\x8A\0\0\0\0\0\1\x21"s + std::string(23, '\0')},
  };
  return kGood;
}

TEST(StartTls, LeadsToTls) {
  for (const Good& good : GoodOnes()) {
    for (const std::size_t piece_bytes : {std::size_t{4096}, std::size_t{1}}) {
      const Dialogue dialogue = Talk(good.protocol, good.says, piece_bytes);
      EXPECT_EQ(dialogue.fault, "") << NameOf(good.protocol);
      EXPECT_EQ(dialogue.told, good.told) << NameOf(good.protocol);
    }
  }
}

TEST(StartTls, IsInjectedIntoByAnyByteBehindTheAnswer) {
  for (const Good& good : GoodOnes()) {
    EXPECT_EQ(Fault(good.protocol, good.says + "x"), "starttls_injection") << NameOf(good.protocol);
  }
}

TEST(StartTls, IsClosedWhereverTheServerStops) {
  for (const Good& good : GoodOnes()) {
    for (std::size_t bytes = 0; bytes < good.says.size(); ++bytes) {
      EXPECT_EQ(Fault(good.protocol, good.says.substr(0, bytes)), "closed")
          << NameOf(good.protocol) << " " << bytes;
    }
  }
}

TEST(StartTls, IsRefused) {
  const std::vector<std::pair<StartTls, std::string>> refusals = {
      {StartTls::kSmtp, "554 go away\r\n"},
      {StartTls::kSmtp, "220 hi\r\n502 no EHLO\r\n"},
      {StartTls::kSmtp, "220 hi\r\n250-mail\r\n250 STARTTLSX\r\n"},
      {StartTls::kSmtp, "220 hi\r\n250 STARTTLS\r\n454 not now\r\n"},
      {StartTls::kImap, "* BYE\r\n"},
      {StartTls::kImap, "* PREAUTH hi\r\n"},
      {StartTls::kImap, "* OK\r\na1 NO\r\n"},
      {StartTls::kImap, "* OK\r\na1 BAD unknown\r\n"},
      {StartTls::kPop3, "-ERR no\r\n"},
      {StartTls::kPop3, "+OK\r\n-ERR no\r\n"},
      {StartTls::kFtp, "421 full\r\n"},
      {StartTls::kFtp, "220 hi\r\n502 no TLS\r\n"},
      {StartTls::kNntp, "502 no\r\n"},
      {StartTls::kNntp, "200 hi\r\n580 no\r\n"},
      {StartTls::kSieve, "\"SIEVE\" \"x\"\r\nOK\r\n"},
      {StartTls::kSieve, "\"STARTTLS\"\r\nOK\r\nNO\r\n"},
      {StartTls::kLdap, "\x30\x0C\x02\x01\x01\x78\x07\x0A\x01\x02\x04\x00\x04\x00"s},
      {StartTls::kXmppClient, kXmppStream + "<stream:features/>"},
      {StartTls::kXmppClient, kXmppStream + "<stream:error>"},
      {StartTls::kXmppClient, kXmppStream + kXmppOffer + "<failure/>"},
      {StartTls::kPostgres, "N"},
      {StartTls::kPostgres, "E"},
      {StartTls::kMysql, MysqlGreeting("\x00\x02"s)},
      {StartTls::kMysql, "\x03\0\0\0\xFF\x6A\x04"s},
  };
  for (const auto& [protocol, says] : refusals) {
    EXPECT_EQ(Fault(protocol, says), "starttls_refused") << says;
  }
}

TEST(StartTls, IsNotAnotherProtocol) {
  for (const Good& good : GoodOnes()) {
    EXPECT_EQ(Fault(good.protocol, "HTTP/1.1 400 Bad Request\r\n\r\n<>\r\n"), "starttls_protocol")
        << NameOf(good.protocol);
  }
  EXPECT_EQ(Fault(StartTls::kSmtp, "220-a\r\n250 b\r\n"), "starttls_protocol");
  EXPECT_EQ(Fault(StartTls::kLdap, "\x30\x84\x7F\xFF\xFF\xFF"s), "starttls_protocol");
  EXPECT_EQ(Fault(StartTls::kMysql, "\xFF\xFF\xFF\0"s), "starttls_protocol");
  EXPECT_EQ(Fault(StartTls::kMysql, "\1\0\0\0\x0A"s), "starttls_protocol");
}

TEST(StartTls, IsBounded) {
  for (const Good& good : GoodOnes()) {
    const std::string fault = Fault(good.protocol, std::string(1 << 20, 'x'));
    EXPECT_EQ(fault, "starttls_protocol") << NameOf(good.protocol);
  }
  std::string greeting;
  for (int i = 0; i < 10000; ++i) greeting += "220-and so on\r\n";
  EXPECT_EQ(Fault(StartTls::kSmtp, greeting), "starttls_protocol");
}

}  // namespace
}  // namespace certhealth
