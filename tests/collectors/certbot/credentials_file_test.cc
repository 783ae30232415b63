// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/credentials_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

CredentialsFile Read(const std::string& text) {
  const TemporaryTree tree;
  tree.Write("dns.ini", text);
  return ReadCredentialsFile(*MakePosixFileSystem(tree.root()), "/dns.ini");
}

TEST(CredentialsFile, TellsWhatIsSetWithoutWhatItIsSetTo) {
  const CredentialsFile file = Read(
      "# token = old-secret\ndns_rfc2136_server = 192.0.2.1\ndns_rfc2136_secret = 's3cret, x'\n"
      "dns_rfc2136_name =\nlist = a, b\n[section]\nkey = v\n");
  EXPECT_TRUE(file.seen);
  EXPECT_EQ(file.fault, "");
  EXPECT_THAT(file.keys, UnorderedElementsAre(Pair("dns_rfc2136_server", "192.0.2.1"),
                                              Pair("dns_rfc2136_secret", "x"),
                                              Pair("dns_rfc2136_name", ""), Pair("list", "x")));
}

TEST(CredentialsFile, MasksSecretsLetterForLetter) {
  std::string text = "# old token\nkey = 'abc d', \"e\" # f\nx_port = 53\nnonsense\n[s]";
  MaskSecrets(text);
  EXPECT_EQ(text, "# xxx xxxxx\nkey = 'xxx x', \"x\" # x\nx_port = 53\nxxxxxxxx\n[s]");
}

TEST(CredentialsFile, TellsASecretThatNoDecoderOfBase64Takes) {
  // By python3's base64.decodebytes.
  for (const char* fine : {"c2VjcmV0", "c2VjcmU=", "'c2Vjcg=='", "c2Vj cmV0", "c2V-jcmV0", "''"}) {
    EXPECT_THAT(Read("dns_rfc2136_secret = " + std::string(fine) + "\n").not_base64,
                testing::IsEmpty())
        << fine;
  }
  for (const char* broken : {"c2VjcmV", "c2Vjc", "c2Vjcg=", "\"c2VjcmV\""}) {
    EXPECT_THAT(Read("dns_rfc2136_secret = " + std::string(broken) + "\n").not_base64,
                testing::ElementsAre("dns_rfc2136_secret"))
        << broken;
  }
  EXPECT_THAT(Read("dns_rfc2136_secret = a, b\n").not_base64, testing::IsEmpty()) << "a list";
}

TEST(CredentialsFile, AFaultNamesNoSecret) {
  const CredentialsFile file = Read("dns_x_token = a\nmy-s3cret\n");
  EXPECT_THAT(file.fault, HasSubstr("/dns.ini:2"));
  EXPECT_THAT(file.fault, Not(HasSubstr("s3cret")));
}

TEST(CredentialsFile, WhatCannotBeReadIsUnseen) {
  const TemporaryTree tree;
  EXPECT_FALSE(ReadCredentialsFile(*MakePosixFileSystem(tree.root()), "/none").seen);
}

}  // namespace
}  // namespace certhealth
