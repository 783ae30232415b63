// SPDX-License-Identifier: Apache-2.0
#include "collectors/certificate.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

TEST(Certificate, PrintsADigestInLowerCase) {
  Sha256 digest{};
  digest[0] = 0x0A;
  digest[31] = 0xF5;
  EXPECT_EQ(ToHex(digest), "0a" + std::string(60, '0') + "f5");
}

TEST(Certificate, IsIssuedByWhoeverHasItsIssuersNameAndKeyIdentifier) {
  Certificate leaf;
  leaf.issuer = "CN=R3";
  Certificate issuer;
  issuer.subject = "CN=R3";
  EXPECT_TRUE(IsIssuedBy(leaf, issuer));
  leaf.authority_key_id = "a";
  EXPECT_TRUE(IsIssuedBy(leaf, issuer)) << "only one of them gives an identifier";
  issuer.subject_key_id = "a";
  EXPECT_TRUE(IsIssuedBy(leaf, issuer));
  issuer.subject_key_id = "b";
  EXPECT_FALSE(IsIssuedBy(leaf, issuer)) << "the same CA after a change of its key";
  issuer.subject_key_id = "a";
  issuer.subject = "CN=R4";
  EXPECT_FALSE(IsIssuedBy(leaf, issuer));
}

Certificate IssuedBy(std::string issuer) {
  Certificate certificate;
  certificate.issuer = std::move(issuer);
  return certificate;
}

TEST(Certificate, KnowsLetsEncryptsStagingByItsNames) {
  EXPECT_TRUE(IsStaging(IssuedBy("CN=(STAGING) Wannabe Watercress R11,O=Let's Encrypt,C=US")));
  EXPECT_TRUE(IsStaging(IssuedBy("CN=R11,O=(STAGING) Let's Encrypt,C=US")));
  EXPECT_TRUE(IsStaging(IssuedBy("CN=Fake LE Intermediate X1")));
  Certificate intermediate;
  intermediate.subject = "CN=Fake LE Root X1";
  EXPECT_TRUE(IsStaging(intermediate));
}

TEST(Certificate, IsNotDeceivedByThoseWordsElsewhere) {
  EXPECT_FALSE(IsStaging(IssuedBy("CN=R11,O=Let's Encrypt,C=US")));
  EXPECT_FALSE(IsStaging(IssuedBy("CN=R11,OU=CN=(STAGING)")));
  EXPECT_FALSE(IsStaging(IssuedBy("CN=a\\,CN=(STAGING)")));
  EXPECT_FALSE(IsStaging(IssuedBy("CN=Example (STAGING)")));
}

}  // namespace
}  // namespace certhealth
