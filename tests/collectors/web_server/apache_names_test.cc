// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "collectors/web_server/own_names.h"
#include "tests/support/apache_stand.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ApacheNamesTest : public testing::Test, protected ApacheStand {
 protected:
  /// A host at `addresses` that serves /srv/`root`, with `names` for its directives of names.
  static std::string Host(const std::string& root, const std::string& names,
                          const std::string& addresses = "*:80") {
    return "<VirtualHost " + addresses + ">\nDocumentRoot /srv/" + root + "\n" + names +
           "\n</VirtualHost>\n";
  }
  static std::string In(const std::string& root) {
    return "in /srv/" + root + "/.well-known/acme-challenge";
  }
};

TEST_F(ApacheNamesTest, TheFirstHostThatHasTheNameAnswers) {
  const std::string text = Host("first", "ServerName first.example") +
                           Host("pattern", "ServerName p.example\nServerAlias *.a.example w?.b") +
                           Host("a", "ServerName https://A.example:443\nServerAlias x.A.example") +
                           Host("last", "ServerName last.example\nServerAlias w1.b *.example");
  EXPECT_EQ(AnswerTo("a.example", text), In("a"));
  EXPECT_EQ(AnswerTo("x.a.example", text), In("pattern")) << "a pattern is as good as a name";
  EXPECT_EQ(AnswerTo("w1.b", text), In("pattern"));
  EXPECT_EQ(AnswerTo("w11.b", text), In("first")) << "the first host takes what no other does";
  EXPECT_EQ(AnswerTo("shop.example", text), In("last"));
  const auto sites = Read(text).sites;
  ASSERT_TRUE(sites);
  EXPECT_TRUE(sites->AnswersTo("shop.example", 80).is_named);
  EXPECT_FALSE(sites->AnswersTo("other", 80).is_named);
  EXPECT_THAT(sites->AnswersTo("a.example", 443).answers, IsEmpty());
}

TEST_F(ApacheNamesTest, AHostAnswersAtItsAddresses) {
  const std::string own = Host("own", "ServerName a.example");
  for (const char* any : {"_default_:80", "0.0.0.0:80", "[::]:80", "*:8080 *:80", "*:*", "*"}) {
    EXPECT_EQ(AnswerTo("a.example", Host("any", "ServerName a.example", any)), In("any")) << any;
  }
  EXPECT_EQ(AnswerTo("a.example", Host("local", "ServerName a.example", "127.0.0.1:80") + own),
            In("own"));
  EXPECT_EQ(AnswerTo("a.example", Host("local", "ServerName a.example", "[::1]:80") + own),
            In("own"));
  for (const char* one : {"192.0.2.1:80", "[2001:db8::1]:80", "a.example:80", "192.0.2.1"}) {
    EXPECT_EQ(AnswerTo("a.example", Host("one", "ServerName a.example", one) + own), "no answer")
        << one;
  }
}

TEST_F(ApacheNamesTest, AHostWithoutANameHasTheMainServers) {
  const std::string text = Host("none", "") + Host("a", "ServerName a.example");
  EXPECT_EQ(AnswerTo("a.example", "ServerName a.example\n" + text), In("none"));
  EXPECT_EQ(AnswerTo("a.example", "ServerName localhost\n" + text), In("a"));
  EXPECT_EQ(AnswerTo("a.example", text), In("a"));
  EXPECT_EQ(AnswerTo("a.example", "ServerName ${NAME}\n" + text), "no sites");
}

TEST_F(ApacheNamesTest, WithoutThatTheNameOfTheMachineMayBeItsName) {
  tree.Write("etc/hostname", "srv1\n");
  tree.Write("etc/hosts", "127.0.0.1 localhost\n127.0.1.1 A.example srv1 # here\n");
  const std::string text = Host("none", "") + Host("a", "ServerName a.example\nServerAlias b");
  EXPECT_EQ(AnswerTo("a.example", text), "unknown");
  EXPECT_EQ(AnswerTo("b", text), In("a"));
  EXPECT_EQ(AnswerTo("other", text), In("none"));
  EXPECT_EQ(AnswerTo("a.example", "ServerName localhost\n" + text), In("a"));
  EXPECT_EQ(AnswerTo("a.example", Host("a", "ServerName a.example") + Host("none", "")), In("a"));
}

TEST(OwnNames, AreTheNamesOfTheAddressOfTheHostname) {
  EXPECT_THAT(OwnNames("Srv1.A.example\n", ""), ElementsAre("srv1.a.example"));
  EXPECT_THAT(OwnNames("srv1\n",
                       "10.0.0.1\tb.example srv1\n10.0.0.2 c.example\n"
                       "10.0.0.1 d.example\n# 10.0.0.1 e.example\n"),
              ElementsAre("b.example", "d.example"));
  EXPECT_THAT(OwnNames("", "10.0.0.1 b.example\n"), IsEmpty());
  EXPECT_THAT(OwnNames("\n \n", "10.0.0.1\n"), IsEmpty());
}

}  // namespace
}  // namespace certhealth
