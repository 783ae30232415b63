// SPDX-License-Identifier: Apache-2.0
#include "collectors/account_files.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

std::string FaultOfKey(std::string text) { return FaultOfAccountKey(text); }

TEST(AccountFiles, ARegistrationHasABodyAndAnAddress) {
  EXPECT_EQ(FaultOfRegistration(R"({"body": {}, "uri": "https://ca/acct/1"})"), "");
  EXPECT_EQ(FaultOfRegistration(R"({"body": {}})"), "lacks uri");
  EXPECT_EQ(FaultOfRegistration("[]"), "is no JSON object");
  EXPECT_EQ(FaultOfRegistration(R"({"body": )"), "is no JSON object");
}

TEST(AccountFiles, ItsMetaTellsWhenAndWhereItWasMade) {
  EXPECT_EQ(FaultOfAccountMeta(R"({"creation_dt": "x", "creation_host": "h"})"), "");
  EXPECT_EQ(FaultOfAccountMeta("{}"), "lacks creation_dt");
}

TEST(AccountFiles, AKeyHasTheMembersOfItsKind) {
  EXPECT_EQ(FaultOfKey(R"({"kty": "RSA", "n": "a", "e": "b", "d": "c"})"), "");
  EXPECT_EQ(FaultOfKey(R"({"kty": "RSA", "n": "a", "e": "b"})"), "lacks d");
  EXPECT_EQ(FaultOfKey(R"({"kty": "RSA", "n": "a", "e": "b", "d": "c", "p": "x"})"), "lacks q");
  EXPECT_EQ(FaultOfKey(R"({"kty": "EC", "crv": "P-256", "x": "a", "y": "b", "d": "c"})"), "");
  EXPECT_EQ(FaultOfKey(R"({"kty": "EC", "crv": "P-256", "x": "a", "y": "b"})"), "lacks d");
  EXPECT_EQ(FaultOfKey(R"({"kty": "of tomorrow"})"), "");
  EXPECT_EQ(FaultOfKey("{}"), "lacks kty");
  EXPECT_EQ(FaultOfKey(""), "is no JSON object");
}

TEST(AccountFiles, AKeyThatIsCutOffShowsInItsEnds) {
  EXPECT_EQ(FaultOfAccountKeysEnds('{', '}'), "");
  EXPECT_EQ(FaultOfAccountKeysEnds('{', '\n'), "") << "somebody has edited it";
  EXPECT_EQ(FaultOfAccountKeysEnds(' ', '}'), "");
  EXPECT_EQ(FaultOfAccountKeysEnds('{', 'x'), "is cut off: it does not end in }");
  EXPECT_EQ(FaultOfAccountKeysEnds('-', '\n'), "is no JSON object") << "PEM";
}

TEST(AccountFiles, OverwritesTheKeyBeforeItIsParsed) {
  std::string text = R"({"kty": "RSA", "d" : "s3c\"ret", "n":"abc", "open)";
  FaultOfAccountKey(text);
  EXPECT_EQ(text, R"({"kty": "RSA", "d" : "xxxxxxxx", "n":"xxx", "xxxx)");
}

}  // namespace
}  // namespace certhealth
