// SPDX-License-Identifier: Apache-2.0
#include "exporter/probe/probe_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

std::vector<ProbeModule> Modules() {
  ProbeModule web;
  web.name = "default";
  web.targets = {"*.example.com:443", "192.0.2.*:*"};
  ProbeModule mail;
  mail.name = "mail";
  mail.targets = {"*:2525"};
  mail.starttls = StartTls::kSmtp;
  mail.reach = ProbeReach::kEverywhere;
  mail.timeout = milliseconds{3000};
  return {web, mail};
}

Result<ProbeRequest> Ask(const std::string& query, const std::string& scrape_timeout = "") {
  HttpRequest request;
  request.query = query;
  if (!scrape_timeout.empty())
    request.headers.emplace_back("x-prometheus-scrape-timeout-seconds", scrape_timeout);
  return ParseProbeRequest(request, Modules(), milliseconds{10000});
}

std::string Refusal(const std::string& query) {
  const auto request = Ask(query);
  return request ? "" : std::string(NameOf(request.error().reason)) + ": " + request.error().detail;
}

TEST(ProbeRequest, TakesTheModuleNamedDefault) {
  const auto request = Ask("target=www.example.com");
  ASSERT_TRUE(request) << request.error().detail;
  EXPECT_EQ(request->name, "www.example.com:443");
  EXPECT_EQ(request->order.reach, ProbeReach::kPublicInternet);
  EXPECT_EQ(request->order.deadlines.whole, milliseconds{10000});
  EXPECT_EQ(request->order.target.starttls, StartTls::kNone);
}

TEST(ProbeRequest, TakesWhatTheModuleSays) {
  const auto request = Ask("target=mx.example.com:2525&module=mail");
  ASSERT_TRUE(request) << request.error().detail;
  EXPECT_EQ(request->order.target.starttls, StartTls::kSmtp);
  EXPECT_EQ(request->order.reach, ProbeReach::kEverywhere);
  EXPECT_EQ(request->order.deadlines.whole, milliseconds{3000});
  EXPECT_EQ(request->order.deadlines.connect, milliseconds{3000});
}

TEST(ProbeRequest, AsksForTheNameThatIsTyped) {
  EXPECT_EQ(Ask("target=192.0.2.7:443&hostname=Shop.example.com")->name,
            "shop.example.com:443@192.0.2.7");
  EXPECT_EQ(Ask("target=192.0.2.7:443&server_name=a.example")->order.target.server_name,
            "a.example");
}

TEST(ProbeRequest, EndsBeforeTheScrapeIsGivenUp) {
  EXPECT_EQ(Ask("target=www.example.com", "5")->order.deadlines.whole, milliseconds{4500});
  EXPECT_EQ(Ask("target=www.example.com", "1.25")->order.deadlines.whole, milliseconds{750});
  EXPECT_EQ(Ask("target=www.example.com", "120")->order.deadlines.whole, milliseconds{10000});
  EXPECT_EQ(Ask("target=www.example.com", "0.5")->order.deadlines.whole, milliseconds{100});
  EXPECT_EQ(Ask("target=www.example.com", "nan")->order.deadlines.whole, milliseconds{10000});
  EXPECT_EQ(Ask("target=www.example.com", "-1")->order.deadlines.whole, milliseconds{10000});
}

TEST(ProbeRequest, RefusesWhatIsNotAllowed) {
  EXPECT_EQ(Refusal("target=www.example.com:22"),
            "permission_denied: www.example.com:22 is none of the targets of [probe \"default\"]");
  EXPECT_THAT(Refusal("target=localhost"), HasSubstr("permission_denied"));
  EXPECT_THAT(Refusal("target=mx.example.com&module=mail"), HasSubstr("permission_denied"));
}

TEST(ProbeRequest, SaysWhatIsWrong) {
  EXPECT_EQ(Refusal(""), "bad_text: the parameter 'target' is missing");
  EXPECT_EQ(Refusal("target=a&target=b"), "bad_text: the parameter 'target' is there twice");
  EXPECT_THAT(Refusal("target=a&module=mial"), HasSubstr("did you mean 'mail'"));
  EXPECT_THAT(Refusal("target=a%zz"), HasSubstr("bad_text"));
  EXPECT_THAT(Refusal("target=http://a"), HasSubstr("the scheme is none of"));
  EXPECT_THAT(Refusal("target=www.example.com&hostname=a:1"), HasSubstr("no host name"));
  EXPECT_THAT(ParseProbeRequest({}, {}, milliseconds{1}).error().detail,
              HasSubstr("[probe \"NAME\"]"));
}

}  // namespace
}  // namespace certhealth
