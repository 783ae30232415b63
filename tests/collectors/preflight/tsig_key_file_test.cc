// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/tsig_key_file.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

/// "NAME SECRET" of a credentials file that reads `text`; empty where there is no key.
std::string KeyIn(const std::string& text) {
  const TemporaryTree tree;
  tree.Write("dns.ini", text);
  const auto key = ReadTsigKey(*MakePosixFileSystem(tree.root()), "/dns.ini");
  if (!key) return {};
  return key->name() + " " + std::string(key->secret().begin(), key->secret().end());
}

std::string KeyOf(const std::string& name, const std::string& secret) {
  return KeyIn("dns_rfc2136_name = " + name + "\ndns_rfc2136_secret = " + secret + "\n");
}

TEST(TsigKeyFile, ReadsTheKeyAsPeopleWriteIt) {
  EXPECT_EQ(
      KeyIn("# of the update\r\ndns_rfc2136_server = 192.0.2.1\r\n  dns_rfc2136_name=certbot.\r\n"
            "dns_rfc2136_secret\t=  c2VjcmV0  # new\r\n[other]\r\ndns_rfc2136_name = x\r\n"),
      "certbot. secret");
  EXPECT_EQ(KeyOf("\"a-key\"", "'c2VjcmU='"), "a-key secre");
  EXPECT_EQ(KeyOf("a_key", "c2Vjcg=="), "a_key secr");
}

TEST(TsigKeyFile, LeavesWhatCouldBeReadInAnotherWay) {
  EXPECT_EQ(KeyOf("a, b", "c2VjcmV0"), "") << "a list";
  EXPECT_EQ(KeyOf("a\\046b", "c2VjcmV0"), "") << "an escape of the DNS";
  EXPECT_EQ(KeyOf("\"", "c2VjcmV0"), "");
  EXPECT_EQ(KeyOf("a", "'''c2VjcmV0'''"), "");
  EXPECT_EQ(KeyOf("a", "c2VjcmV"), "") << "cut off";
  EXPECT_EQ(KeyOf("a", "c2Vj-mV0"), "") << "no base64";
  EXPECT_EQ(KeyOf("a", ""), "");
  EXPECT_EQ(KeyIn("dns_rfc2136_name = a\ndns_rfc2136_name = b\ndns_rfc2136_secret = c2Vj\n"), "");
  EXPECT_EQ(KeyIn("[x]\ndns_rfc2136_name = a\ndns_rfc2136_secret = c2Vj\n"), "") << "in a section";
  EXPECT_EQ(KeyIn(""), "");
  EXPECT_FALSE(ReadTsigKey(*MakePosixFileSystem("/"), "/nonexistent/dns.ini"));
}

}  // namespace
}  // namespace certhealth
