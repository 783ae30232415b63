// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/local_endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/certbot/lineage.h"
#include "tests/support/fake_prober.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ListeningSocket Ipv4(std::uint16_t port, std::array<std::uint8_t, 4> address = {}) {
  ListeningSocket listener;
  std::ranges::copy(address, listener.address.begin());
  listener.port = port;
  return listener;
}

ListeningSocket Ipv6(std::uint16_t port, std::array<std::uint8_t, 16> address = {}) {
  ListeningSocket listener;
  listener.family = AddressFamily::kIpv6;
  listener.address = address;
  listener.port = port;
  return listener;
}

Snapshot Known(const std::vector<std::vector<std::string>>& certificates) {
  auto run = std::make_shared<CollectorRun>();
  std::uint8_t number = 1;
  for (const auto& names : certificates) {
    Bundle bundle;
    bundle.name = "certificate-" + std::to_string(number);
    bundle.chain.push_back(MadeUpLeaf(names, number++));
    run->bundles.push_back(std::make_shared<const Bundle>(std::move(bundle)));
  }
  Snapshot known;
  known.runs.push_back(std::move(run));
  return known;
}

std::vector<std::string> Asked(const std::vector<ListeningSocket>& listeners,
                               const Snapshot& known) {
  std::vector<std::string> asked;
  for (const LocalQuestion& question : LocalQuestions(listeners, UsualTlsPorts(), known)) {
    asked.push_back(question.name + " " + question.target.server_name + " " +
                    question.target.address);
  }
  return asked;
}

TEST(LocalEndpoints, AsksAListenerOnEveryAddressOverLoopback) {
  const Snapshot known = Known({{"a.example"}});
  EXPECT_THAT(Asked({Ipv4(443)}, known), ElementsAre("a.example:443 a.example 127.0.0.1"));
  EXPECT_THAT(Asked({Ipv6(443)}, known), ElementsAre("a.example:443 a.example ::1"));
  EXPECT_THAT(Asked({Ipv4(443), Ipv6(443)}, known),
              ElementsAre("a.example:443 a.example 127.0.0.1"));
}

TEST(LocalEndpoints, AsksAnyOtherListenerAtItsOwnAddress) {
  const Snapshot known = Known({{"a.example"}});
  EXPECT_THAT(Asked({Ipv4(443, {192, 0, 2, 1})}, known),
              ElementsAre("a.example:443 a.example 192.0.2.1"));
  EXPECT_THAT(Asked({Ipv6(443, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1})}, known),
              ElementsAre("a.example:443 a.example 10.0.0.1"));
  EXPECT_THAT(Asked({Ipv4(443, {10, 0, 0, 1}), Ipv4(443, {192, 0, 2, 1})}, known),
              ElementsAre("a.example:443@10.0.0.1 a.example 10.0.0.1",
                          "a.example:443@192.0.2.1 a.example 192.0.2.1"));
  EXPECT_THAT(Asked({Ipv6(443, {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})}, known),
              IsEmpty());
}

TEST(LocalEndpoints, AsksOnlyPortsThatSpeakTls) {
  EXPECT_THAT(Asked({Ipv4(80), Ipv4(22), Ipv4(10090)}, Known({{"a.example"}})), IsEmpty());
}

TEST(LocalEndpoints, AsksForAWildcardByAMadeUpName) {
  EXPECT_THAT(Asked({Ipv4(443)}, Known({{"*.a.example", "a.example"}})),
              ElementsAre("*.a.example:443 certhealth-probe.a.example 127.0.0.1",
                          "a.example:443 a.example 127.0.0.1"));
}

TEST(LocalEndpoints, AsksOtherServicesForTheFirstNameAlone) {
  const Snapshot known = Known({{"a.example", "www.a.example"}});
  EXPECT_THAT(Asked({Ipv4(587)}, known), ElementsAre("a.example:587 a.example 127.0.0.1"));
  EXPECT_THAT(Asked({Ipv4(993)}, known), ElementsAre("a.example:993 a.example 127.0.0.1"));
  EXPECT_EQ(Asked({Ipv4(8443)}, known).size(), 2U);
  EXPECT_EQ(LocalQuestions(std::vector{Ipv4(587)}, UsualTlsPorts(), known)[0].target.starttls,
            StartTls::kSmtp);
}

TEST(LocalEndpoints, AsksOnceForANameOfTwoCertificates) {
  EXPECT_EQ(Asked({Ipv4(443)}, Known({{"a.example"}, {"a.example", "b.example"}})).size(), 2U);
}

TEST(LocalEndpoints, AsksForTheFirstTenNamesOfACertificate) {
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back("n" + std::to_string(i) + ".example");
  EXPECT_EQ(Asked({Ipv4(443)}, Known({names})).size(), 10U);
}

TEST(LocalEndpoints, AsksEveryCertificatesFirstNameBeforeTheBound) {
  std::vector<std::vector<std::string>> certificates;
  for (int i = 0; i < 6000; ++i) {
    const std::string name = "n" + std::to_string(i) + ".example";
    certificates.push_back({name, "www." + name});
  }
  certificates.resize(4000);
  const auto asked = Asked({Ipv4(443)}, Known(certificates));
  EXPECT_EQ(asked.size(), kMostLocalQuestions);
  EXPECT_EQ(asked[3999], "n3999.example:443 n3999.example 127.0.0.1");
  EXPECT_EQ(asked[4000], "www.n0.example:443 www.n0.example 127.0.0.1");
}

TEST(LocalEndpoints, AsksForNoNameThatIsNone) {
  EXPECT_THAT(
      Asked({Ipv4(443)}, Known({{"a..example", "-b.example", "*.*.c.example", "192.0.2.1", "*"}})),
      IsEmpty());
}

TEST(LocalEndpoints, LeavesTrustStoresAndEndpointsAlone) {
  Bundle endpoint;
  endpoint.source = Source::kEndpoint;
  endpoint.chain.push_back(MadeUpLeaf({"a.example"}));
  Certificate authority = *MadeUpLeaf({"b.example"}, 2);
  authority.is_ca = true;
  Bundle store;
  store.chain.push_back(std::make_shared<const Certificate>(authority));
  auto run = std::make_shared<CollectorRun>();
  run->bundles = {std::make_shared<const Bundle>(endpoint), std::make_shared<const Bundle>(store)};
  Snapshot known;
  known.runs.push_back(run);
  EXPECT_THAT(Asked({Ipv4(443)}, known), IsEmpty());
}

}  // namespace
}  // namespace certhealth
