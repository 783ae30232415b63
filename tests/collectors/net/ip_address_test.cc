// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/ip_address.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

TEST(IpAddress, IsParsedAndWritten) {
  for (const std::string text : {"192.0.2.1", "::1", "2001:db8::1", "fe80::1%1"}) {
    const std::optional<IpAddress> address = ParseIpAddress(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(ToString(*address), text);
  }
}

TEST(IpAddress, IsNoneWithAnythingAround) {
  for (const std::string_view text :
       {std::string_view(""), std::string_view("192.0.2"), std::string_view("192.0.2.1 "),
        std::string_view("[::1]"), std::string_view("::1%"), std::string_view("192.0.2.1%1"),
        std::string_view("::1\0x", 5), std::string_view("192.0.2.1\0", 10)}) {
    EXPECT_FALSE(ParseIpAddress(text)) << text;
  }
}

TEST(IpAddress, OfThePublicInternetIsToldFromOthers) {
  for (const char* text : {"1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1",
                           "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"}) {
    EXPECT_TRUE(IsPublic(*ParseIpAddress(text))) << text;
  }
  for (const char* text : {"0.0.0.0",
                           "10.1.2.3",
                           "100.64.0.1",
                           "127.0.0.53",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "fe80::1%1",
                           "fd00::1",
                           "ff02::1",
                           "::ffff:127.0.0.1",
                           "64:ff9b::7f00:1",
                           "2002:7f00:1::",
                           "2001:db8::1",
                           "2001::1"}) {
    EXPECT_FALSE(IsPublic(*ParseIpAddress(text))) << text;
  }
}

}  // namespace
}  // namespace certhealth
