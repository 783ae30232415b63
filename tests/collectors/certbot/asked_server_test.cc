// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/asked_server.h"

#include <gtest/gtest.h>

namespace certhealth {
namespace {

RenewalConf Of(const char* server) {
  RenewalConf conf;
  conf.server = server;
  return conf;
}

TEST(AskedServer, OfAConfIsKnownByAnAddressOrLocalhost) {
  const auto local = AcmeServerOf(Of("https://localhost:14000/dir"));
  ASSERT_TRUE(local);
  EXPECT_EQ(local->port, 14000);
  EXPECT_EQ(local->addresses.size(), 2U);
  EXPECT_EQ(AcmeServerOf(Of("https://[::1]/acme"))->port, 443);
  EXPECT_FALSE(AcmeServerOf(Of("https://acme-v02.api.letsencrypt.org/directory")));
  EXPECT_FALSE(AcmeServerOf(Of("")));
}

TEST(AskedServer, OfADnsPluginIsThatOfItsCredentials) {
  CredentialsFile file;
  EXPECT_FALSE(DnsServerOf(file));
  file.keys["dns_rfc2136_server"] = "127.0.0.1";
  EXPECT_EQ(DnsServerOf(file)->port, 53);
  file.keys["dns_rfc2136_port"] = "5353";
  EXPECT_EQ(DnsServerOf(file)->port, 5353);
  file.keys["dns_rfc2136_port"] = "domain";
  EXPECT_FALSE(DnsServerOf(file));
  file.keys["dns_rfc2136_server"] = "ns.example.com";
  EXPECT_FALSE(DnsServerOf(file));
}

}  // namespace
}  // namespace certhealth
