// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/address_merge.h"

#include <gtest/gtest.h>

#include "tests/support/fake_prober.h"

namespace certhealth {
namespace {

const EndpointTarget kTarget{"www.example.com", 443, StartTls::kNone, "", ""};

ProbeResult At(const std::string& address, ProbeResult result) {
  result.endpoint.address = address;
  return result;
}

ProbeResult Good(std::uint8_t number) {
  return Answer(kTarget, MadeUpLeaf({"www.example.com"}, number));
}

TEST(MergeAddresses, TellsTheOneThatExpiresFirst) {
  const ProbeResult merged = MergeAddresses(
      {At("192.0.2.1", Good(9)), At("192.0.2.2", Good(3)), At("192.0.2.3", Good(7))});
  EXPECT_EQ(merged.endpoint.address, "192.0.2.2");
  EXPECT_EQ(merged.endpoint.addresses, 3U);
  EXPECT_TRUE(merged.endpoint.failed_addresses.empty());
}

TEST(MergeAddresses, TellsADistrustedOneBeforeATrustedThatExpiresFirst) {
  ProbeResult distrusted = At("192.0.2.2", Good(9));
  distrusted.endpoint.distrust = EndpointFault{EndpointFailure::kSelfSigned, ""};
  EXPECT_EQ(MergeAddresses({At("192.0.2.1", Good(1)), distrusted}).endpoint.address, "192.0.2.2");
}

TEST(MergeAddresses, IsDownOnlyWhenAllAre) {
  const ProbeResult refused = At("192.0.2.9", NoAnswer(kTarget, EndpointFailure::kConnectRefused));
  const ProbeResult merged = MergeAddresses({refused, At("192.0.2.1", Good(1))});
  EXPECT_TRUE(merged.endpoint.is_up());
  ASSERT_EQ(merged.endpoint.failed_addresses.size(), 1U);
  EXPECT_EQ(merged.endpoint.failed_addresses[0].address, "192.0.2.9");
  EXPECT_EQ(merged.endpoint.failed_addresses[0].failure.reason, EndpointFailure::kConnectRefused);

  const ProbeResult down = MergeAddresses({refused, refused});
  EXPECT_FALSE(down.endpoint.is_up());
  EXPECT_TRUE(down.endpoint.failed_addresses.empty());
}

TEST(MergeAddresses, PassesOverIpv6WhereThisMachineHasNone) {
  const ProbeResult no_route = At("2001:db8::1", NoAnswer(kTarget, EndpointFailure::kUnreachable));
  EXPECT_TRUE(
      MergeAddresses({no_route, At("192.0.2.1", Good(1))}).endpoint.failed_addresses.empty());
  EXPECT_FALSE(MergeAddresses({no_route}).endpoint.is_up());
}

}  // namespace
}  // namespace certhealth
