// SPDX-License-Identifier: Apache-2.0
#include "collectors/web_server/web_sites.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

using Kind = ChallengeAnswer::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

SiteAddress Any(std::uint16_t port) {
  return {.port = port, .is_any = true, .takes_ipv4 = true, .takes_ipv6 = true};
}

WebSite Site(std::vector<std::string> names, std::uint16_t port, const std::string& directory) {
  return {std::move(names),
          {Any(port)},
          {.kind = Kind::kDirectory, .directory = directory, .place = "x:1"}};
}

WebSite Redirect(std::vector<std::string> names, const std::string& host, std::uint16_t to) {
  return {std::move(names), {Any(80)}, {.kind = Kind::kRedirects, .host = host, .port = to}};
}

/// The directories of the answers; "?" where nothing is known.
std::vector<std::string> Ask(const WebSites& sites, const std::string& name,
                             std::uint16_t port = 80) {
  std::vector<std::string> directories;
  for (const ChallengeAnswer& answer : sites.AnswersTo(name, port).answers) {
    if (directories.empty() || directories.back() != answer.directory)
      directories.push_back(answer.directory);
  }
  return directories;
}

const std::vector<WebSite>& ManyNames() {
  static const std::vector<WebSite> sites = {
      Site({"www.*"}, 80, "beginning"),
      Site({"*.example.com"}, 80, "end"),
      Site({"*.b.example.com"}, 80, "longer end"),
      Site({"a.example.com"}, 80, "exact"),
      Site({".example.net"}, 80, "both"),
      Site({"a.example.com"}, 443, "other port"),
  };
  return sites;
}

TEST(WebSites, OfNginxAreChosenByTheExactNameThenByTheLongestPattern) {
  const WebSites sites(WebServer::kNginx, ManyNames());
  EXPECT_THAT(Ask(sites, "a.example.com"), ElementsAre("exact"));
  EXPECT_THAT(Ask(sites, "c.example.com"), ElementsAre("end"));
  EXPECT_THAT(Ask(sites, "x.b.example.com"), ElementsAre("longer end"));
  EXPECT_THAT(Ask(sites, "www.example.org"), ElementsAre("beginning"));
  EXPECT_THAT(Ask(sites, "www.example.com"), ElementsAre("end"));
  EXPECT_THAT(Ask(sites, "example.net"), ElementsAre("both"));
  EXPECT_THAT(Ask(sites, "x.example.net"), ElementsAre("both"));
  EXPECT_THAT(Ask(sites, "a.example.com", 443), ElementsAre("other port"));
  EXPECT_TRUE(sites.AnswersTo("a.example.com", 80).is_named);
}

TEST(WebSites, OfNginxFallToTheDefaultServerElseToTheFirst) {
  std::vector<WebSite> all = {Site({"a"}, 80, "first"), Site({"b"}, 80, "second")};
  EXPECT_THAT(Ask(WebSites(WebServer::kNginx, all), "c"), ElementsAre("first"));
  all[1].addresses[0].is_default = true;
  const WebSites sites(WebServer::kNginx, all);
  EXPECT_THAT(Ask(sites, "c"), ElementsAre("second"));
  EXPECT_FALSE(sites.AnswersTo("c", 80).is_named);
  EXPECT_THAT(Ask(sites, "c", 81), IsEmpty());
}

TEST(WebSites, OfNginxAreUnknownWhereANameMayBeAny) {
  std::vector<WebSite> all = {Site({"a"}, 80, "first"), Site({"~^(www\\.)?b"}, 80, "second")};
  const WebSites sites(WebServer::kNginx, all);
  EXPECT_THAT(Ask(sites, "a"), ElementsAre("first"));
  EXPECT_THAT(Ask(sites, "b"), IsEmpty());
}

TEST(WebSites, AreUnknownWhereTheAddressDecides) {
  std::vector<WebSite> all = {Site({"a"}, 80, "first"), Site({"a"}, 80, "second")};
  all[1].addresses[0].is_any = false;
  EXPECT_THAT(Ask(WebSites(WebServer::kNginx, all), "a"), IsEmpty());
  all[1].addresses[0].is_loopback = true;
  EXPECT_THAT(Ask(WebSites(WebServer::kNginx, all), "a"), ElementsAre("first"));
}

TEST(WebSites, MayAnswerByIpv6WhatTheyDoNotByIpv4) {
  std::vector<WebSite> all = {Site({"a"}, 80, "both"), Site({"b"}, 80, "four")};
  all[1].addresses[0].takes_ipv6 = false;
  EXPECT_THAT(Ask(WebSites(WebServer::kNginx, all), "b"), ElementsAre("four", "both"));
}

TEST(WebSites, AreFollowedToWhereTheySendTheClient) {
  const WebSites sites(WebServer::kNginx,
                       {Redirect({"a", "www.a"}, "", 443), Redirect({"b"}, "A", 443),
                        Redirect({"e"}, "elsewhere", 443), Redirect({"c"}, "c", 80),
                        Redirect({"d"}, "d", 444), Site({"a"}, 443, "secure")});
  EXPECT_THAT(Ask(sites, "a"), ElementsAre("secure"));
  EXPECT_THAT(Ask(sites, "b"), ElementsAre("secure"));
  EXPECT_THAT(Ask(sites, "www.a"), ElementsAre("secure"));
  EXPECT_FALSE(sites.AnswersTo("www.a", 80).is_named);
  EXPECT_THAT(Ask(sites, "WWW.a"), ElementsAre("secure")) << "names are of any case";
  EXPECT_FALSE(sites.AnswersTo("b", 80).may_leave);
  EXPECT_TRUE(sites.AnswersTo("e", 80).may_leave) << "to a name that nobody here has";
  EXPECT_THAT(Ask(sites, "c"), IsEmpty()) << "round in a circle";
  EXPECT_THAT(Ask(sites, "d"), IsEmpty()) << "to where nobody is";
}

TEST(WebSites, OfApacheAreChosenInTheirOrder) {
  const WebSites sites(WebServer::kApache,
                       {Site({"first"}, 80, "first"), Site({"*.example.com"}, 80, "pattern"),
                        Site({"a.example.com"}, 80, "exact"), Site({"w?w.org"}, 80, "one"),
                        Site({"any"}, 0, "any port")});
  EXPECT_THAT(Ask(sites, "a.example.com"), ElementsAre("pattern"));
  EXPECT_THAT(Ask(sites, "www.org"), ElementsAre("one"));
  EXPECT_THAT(Ask(sites, "any"), ElementsAre("any port"));
  EXPECT_THAT(Ask(sites, "other"), ElementsAre("first"));
  EXPECT_FALSE(sites.AnswersTo("other", 80).is_named);
}

}  // namespace
}  // namespace certhealth
