// SPDX-License-Identifier: Apache-2.0
#include "exporter/config_values.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

TEST(ConfigValues, PathsAreAbsolute) {
  EXPECT_EQ(*ParseAbsolutePath("/etc/ssl/**/*.pem"), "/etc/ssl/**/*.pem");
  EXPECT_EQ(ParseAbsolutePath("etc").error().detail,
            "'etc' must be an absolute path, one that starts with '/'");
  EXPECT_EQ(ParseAbsolutePath("\"/etc\"").error().detail,
            "'\"/etc\"' must be an absolute path, without quotes");
  EXPECT_EQ(ParseAbsolutePath("").error().detail, "the path is empty");
}

TEST(ConfigValues, ListensOnWhatCanBeListenedOn) {
  for (const char* address : {":10090", "127.0.0.1:0", "[::1]:10090", "[::ffff:10.0.0.1]:65535",
                              "localhost:9090", "unix:/run/certhealth.sock"}) {
    EXPECT_TRUE(ParseListenAddress(address)) << address;
  }
  for (const char* address : {"",          ":",      "10090",         "localhost",
                              "::1:10090", "[::1]",  "[]:1",          "[x]:1",
                              ":65536",    ":-1",    ":+1",           ": 1",
                              "a b:1",     "unix:",  "unix:run/x",    "http://localhost:1",
                              "::1",       "[::1:1", "vsock://:9100", "10.0.0.1:80/x"}) {
    EXPECT_FALSE(ParseListenAddress(address)) << address;
  }
  EXPECT_EQ(ParseListenAddress("10090").error().detail,
            "'10090' has no colon, did you mean ':10090'?");
  EXPECT_EQ(ParseListenAddress("::1:10090").error().detail,
            "'::1:10090' has no host that could be meant; an IPv6 address needs brackets: "
            "[::1]:10090");
}

TEST(ConfigValues, ASocketAddressHasItsPortOrThatOfTheDns) {
  const IpAddress ipv4 = *ParseIpAddress("192.0.2.1");
  const IpAddress ipv6 = *ParseIpAddress("2001:db8::1");
  EXPECT_EQ(*ParseSocketAddress("192.0.2.1"), (SocketAddress{ipv4, 53}));
  EXPECT_EQ(*ParseSocketAddress("192.0.2.1:5353"), (SocketAddress{ipv4, 5353}));
  EXPECT_EQ(*ParseSocketAddress("2001:db8::1"), (SocketAddress{ipv6, 53}));
  EXPECT_EQ(*ParseSocketAddress("[2001:db8::1]"), (SocketAddress{ipv6, 53}));
  EXPECT_EQ(*ParseSocketAddress("[2001:db8::1]:5353"), (SocketAddress{ipv6, 5353}));
  for (const char* broken :
       {"", "x", ":53", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "[192.0.2.1]:53", "[]:53",
        "[2001:db8::1", "2001:db8::1:53", "dns.example:53"})
    EXPECT_FALSE(ParseSocketAddress(broken)) << broken;
}

TEST(ConfigValues, TheTelemetryPathHidesNoOtherPage) {
  for (const char* path : {"/metrics", "/a/b", "/apis", "/probes", "/~x"}) {
    EXPECT_TRUE(ParseTelemetryPath(path)) << path;
  }
  for (const char* path : {"", "metrics", "/", "/probe", "/sd", "/-/ready", "/api/v1/report",
                           "/a?b", "/a b", "/%41", "/a#b", "/caf\xC3\xA9"}) {
    EXPECT_FALSE(ParseTelemetryPath(path)) << path;
  }
}

}  // namespace
}  // namespace certhealth
