// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/paths.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

TEST(Paths, TakeTheNumberOutOfAVersionedName) {
  EXPECT_EQ(VersionOf("cert12.pem", "cert"), 12);
  EXPECT_EQ(VersionOf("fullchain1.pem", "fullchain"), 1);
  for (const char* name : {"cert.pem", "cert0.pem", "cert-1.pem", "cert1.pem.bak", "cert1a.pem",
                           "chain1.pem", "cert99999999999.pem"}) {
    EXPECT_EQ(VersionOf(name, "cert"), std::nullopt) << name;
  }
}

TEST(Paths, ResolveTheTextOfALinkAsCertbotDoes) {
  EXPECT_EQ(ResolveLinkText("/etc/letsencrypt/live/a", "../../archive/a/cert1.pem"),
            "/etc/letsencrypt/archive/a/cert1.pem");
  EXPECT_EQ(ResolveLinkText("/etc/letsencrypt/live/a", "/srv/cert1.pem"), "/srv/cert1.pem");
}

TEST(Paths, StayBelowTheRoot) {
  EXPECT_EQ(NormalPath("/../../a//./b/"), "/a/b");
  EXPECT_EQ(NormalPath("/.."), "/");
  EXPECT_EQ(DirectoryOf("/a"), "/");
  EXPECT_EQ(DirectoryOf("/a/b"), "/a");
  EXPECT_EQ(BaseOf("/a/b.pem"), "b.pem");
}

}  // namespace
}  // namespace certhealth
