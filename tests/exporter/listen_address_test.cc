// SPDX-License-Identifier: Apache-2.0
#include "exporter/listen_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certhealth {
namespace {

using Kind = ListenAddress::Kind;

TEST(ListenAddress, ReadsAndWritesTheFormsOfPrometheus) {
  const std::pair<std::string, ListenAddress> cases[] = {
      {":10090", {Kind::kEverywhere, "", 10090, ""}},
      {":0", {Kind::kEverywhere, "", 0, ""}},
      {"127.0.0.1:65535", {Kind::kIpv4, "127.0.0.1", 65535, ""}},
      {"[::1]:9", {Kind::kIpv6, "::1", 9, ""}},
      {"[2001:db8::7]:80", {Kind::kIpv6, "2001:db8::7", 80, ""}},
      {"unix:/run/certhealth,a:1.sock", {Kind::kUnix, "", 0, "/run/certhealth,a:1.sock"}},
  };
  for (const auto& [text, address] : cases) {
    const auto parsed = ParseListenAddress(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(*parsed, address) << text;
    EXPECT_EQ(ToString(*parsed), text);
  }
}

TEST(ListenAddress, LooksAHostNameUp) {
  const auto parsed = ParseListenAddress("localhost:80");
  ASSERT_TRUE(parsed) << parsed.error().detail;
  EXPECT_THAT(ToString(*parsed), testing::AnyOf("127.0.0.1:80", "[::1]:80"));
}

TEST(ListenAddress, SaysWhatIsWrong) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "no port; say host:port, :port or unix:/path"},
      {"10090", "no port; say host:port, :port or unix:/path"},
      {":", "the port is not a number from 0 to 65535"},
      {":65536", "the port is not a number from 0 to 65535"},
      {":-1", "the port is not a number from 0 to 65535"},
      {":+1", "the port is not a number from 0 to 65535"},
      {":80s", "the port is not a number from 0 to 65535"},
      {"::1:80", "an IPv6 address stands in brackets, as in [::1]:10090"},
      {"[::1:80", "the bracket is not closed"},
      {"[]:80", "not an IPv6 address between the brackets"},
      {"[1.2.3.4]:80", "not an IPv6 address between the brackets"},
      {"a,b:80", "neither an address nor a host name"},
      {"*:80", "neither an address nor a host name"},
      {"unix:run/x", "the path must be absolute"},
      {"unix:", "the path must be absolute"},
      {"unix:/" + std::string(107, 'x'), "the path is longer than 107 bytes"},
  };
  for (const auto& [text, what] : cases) {
    const auto parsed = ParseListenAddress(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error(),
              (Failure{Reason::kBadText, "listen address \"" + text + "\": " + what}));
  }
}

}  // namespace
}  // namespace certhealth
