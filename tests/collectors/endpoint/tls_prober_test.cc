// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/tls_prober.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/conf.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/collectors/endpoint/probe_stand.h"
#include "tests/support/fake_dns.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class TlsProberTest : public testing::Test {
 protected:
  /// What a client that trusts the test's root says of this leaf.
  std::string VerdictOn(const CertificateSpec& spec) {
    const FakePeer peer(ServeTls(ToSpec(MakeChain(spec))));
    const ProbeResult result = stand.Probe(peer);
    EXPECT_FALSE(result.chain.empty()) << "the facts are there even when it is bad";
    return Verdict(result);
  }

  ProbeStand stand;
};

TEST_F(TlsProberTest, TellsWhatATrustedEndpointPresents) {
  const FakePeer peer(ServeTls(ToSpec(stand.chain)));
  const ProbeResult result = stand.Probe(peer);
  ASSERT_EQ(Verdict(result), "") << result.endpoint.failure->detail;
  ASSERT_THAT(result.chain, SizeIs(2));
  EXPECT_EQ(result.chain[0]->dns_names, std::vector<std::string>{"example.com"});
  EXPECT_TRUE(IsIssuedBy(*result.chain[0], *result.chain[1]));
  EXPECT_TRUE(result.failures.empty());
  const Endpoint& endpoint = result.endpoint;
  EXPECT_EQ(endpoint.address, "127.0.0.1");
  EXPECT_EQ(endpoint.probed, stand.clock.Now());
  EXPECT_EQ(endpoint.protocol, "TLSv1.3");
  EXPECT_EQ(endpoint.cipher, "TLS_AES_256_GCM_SHA384");
  EXPECT_EQ(endpoint.hostname_matches, true);
  EXPECT_FALSE(endpoint.phases[0]) << "nothing was resolved";
  EXPECT_TRUE(endpoint.phases[1]);
  EXPECT_FALSE(endpoint.phases[2]);
  EXPECT_TRUE(endpoint.phases[3]);
}

TEST_F(TlsProberTest, AsksByNameWithoutResumptionAndSaysGoodbye) {
  const FakeTls server(ToSpec(stand.chain));
  std::vector<FakeTls::Seen> seen;
  {
    const FakePeer peer([&](FakeConnection& client) { seen.push_back(server.Serve(client)); });
    stand.Probe(peer);
    stand.Probe(peer);
  }
  ASSERT_THAT(seen, SizeIs(2));
  for (const FakeTls::Seen& client : seen) {
    EXPECT_EQ(client.server_name, "example.com");
    EXPECT_TRUE(client.close_notify);
    EXPECT_FALSE(client.resumed);
  }
}

TEST_F(TlsProberTest, DistrustsForAReasonAndStillTellsTheCertificate) {
  EXPECT_EQ(VerdictOn({}), "");
  EXPECT_EQ(VerdictOn({.dns_names = {"example.org"}}), "!wrong_name");
  EXPECT_EQ(VerdictOn({.key = KeyKind::kRsa1024}), "!weak_key");
  EXPECT_EQ(VerdictOn({.extended_key_usage = "clientAuth"}), "!wrong_purpose");
  EXPECT_EQ(VerdictOn({.extended_key_usage = "serverAuth"}), "");
  const CertificateSpec spec;
  stand.clock.Set(spec.not_after + std::chrono::seconds(1));
  EXPECT_EQ(VerdictOn({}), "!expired");
  stand.clock.Set(spec.not_after);
  EXPECT_EQ(VerdictOn({}), "");
  stand.clock.Set(spec.not_before - std::chrono::seconds(1));
  EXPECT_EQ(VerdictOn({}), "!not_yet_valid");
}

TEST_F(TlsProberTest, TellsWhyAChainLeadsToNoRoot) {
  FakeTlsSpec self_signed;
  self_signed.leaf = MakeSelfSigned({});
  EXPECT_EQ(Verdict(stand.Probe(FakePeer(ServeTls(self_signed)))), "!self_signed");

  FakeTlsSpec leaf_alone = ToSpec(MakeChain({.ca_issuers = "http://ca.example/1.crt"}));
  leaf_alone.others.clear();
  EXPECT_EQ(Verdict(stand.Probe(FakePeer(ServeTls(leaf_alone)))), "!incomplete_chain");

  // Without a hint where the issuer is, its root may as well be one's own.
  leaf_alone.leaf = stand.chain.leaf;
  EXPECT_EQ(Verdict(stand.Probe(FakePeer(ServeTls(leaf_alone)))), "!unknown_issuer");
  // The intermediate that another endpoint sends shows that it is only missing.
  EXPECT_EQ(Verdict(stand.Probe(FakePeer(ServeTls(ToSpec(stand.chain))))), "");
  leaf_alone.leaf = MakeIssuedBy(stand.chain.intermediate, {.serial = "02"});
  EXPECT_EQ(Verdict(stand.Probe(FakePeer(ServeTls(leaf_alone)))), "!incomplete_chain");

  stand.tree.Write("roots.pem", stand.chain.leaf.pem);
  EXPECT_EQ(Verdict(stand.Probe(FakePeer(ServeTls(ToSpec(MakeChain({.serial = "03"})))))),
            "!unknown_issuer");
}

TEST_F(TlsProberTest, TrustsAgainWhenTheFileOfRootsHasChanged) {
  const FakePeer peer(ServeTls(ToSpec(stand.chain)));
  stand.tree.Write("roots.pem", "");
  EXPECT_EQ(Verdict(stand.Probe(peer)), "!unknown_issuer");
  stand.tree.Write("roots.pem", stand.chain.root.pem);
  EXPECT_EQ(Verdict(stand.Probe(peer)), "");
}

TEST_F(TlsProberTest, TellsThatThereAreNoRoots) {
  const FakePeer peer(ServeTls(ToSpec(stand.chain)));
  ProbeOrder order = stand.Order(peer.port());
  order.roots = stand.tree.Path("none.pem");
  const ProbeResult result = stand.Probe(order);
  EXPECT_EQ(Verdict(result), "!unknown_issuer");
  ASSERT_THAT(result.failures, SizeIs(1));
  EXPECT_EQ(result.failures[0].reason, Reason::kNotFound);
}

TEST_F(TlsProberTest, SeesOldProtocolsAndDistrustsThem) {
  FakeTlsSpec old = ToSpec(stand.chain);
  old.max_protocol = "TLSv1.1";
  const ProbeResult result = stand.Probe(FakePeer(ServeTls(old)));
  EXPECT_EQ(Verdict(result), "!weak_protocol");
  EXPECT_EQ(result.endpoint.protocol, "TLSv1.1");

  FakeTlsSpec good = ToSpec(stand.chain);
  good.max_protocol = "TLSv1.2";
  const FakePeer peer(ServeTls(good));
  ProbeOrder order = stand.Order(peer.port());
  EXPECT_EQ(Verdict(stand.Probe(order)), "");
  order.min_protocol = "TLSv1.3";
  EXPECT_EQ(Verdict(stand.Probe(order)), "!weak_protocol");
}

TEST_F(TlsProberTest, SeesKeysThatMostClientsDoNotTake) {
  for (const KeyKind kind : {KeyKind::kEcSecp256k1, KeyKind::kEd25519, KeyKind::kEd448}) {
    FakeTlsSpec spec = ToSpec(MakeChain({.key = kind}));
    spec.max_protocol = "TLSv1.2";  // 1.3 has no place for other curves
    EXPECT_EQ(Verdict(stand.Probe(FakePeer(ServeTls(spec)))), "");
  }
}

TEST_F(TlsProberTest, DoesNotKeepToWhatTheMachineItselfMaySpeak) {
  const FakePeer peer(ServeTls(ToSpec(stand.chain)));
  const std::string conf = stand.tree.Write("openssl.cnf", R"(
openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = policy
[policy]
MaxProtocol = TLSv1.2
Options = -SessionTicket
Protocol = -TLSv1.3
SignatureAlgorithms = RSA+SHA256
)");
  ASSERT_EQ(CONF_modules_load_file(conf.c_str(), nullptr, 0), 1);
  const ProbeResult result = stand.Probe(peer);
  CONF_modules_finish();
  EXPECT_EQ(Verdict(result), "");
  EXPECT_EQ(result.endpoint.protocol, "TLSv1.3");
}

TEST_F(TlsProberTest, OffersAlpn) {
  FakeTlsSpec spec = ToSpec(stand.chain);
  spec.alpn = "h2";
  const FakePeer peer(ServeTls(spec));
  ProbeOrder order = stand.Order(peer.port());
  order.alpn = {"http/1.1", "h2"};
  EXPECT_EQ(stand.Probe(order).endpoint.alpn, "h2");
}

TEST_F(TlsProberTest, ShowsItsCertificateToServersThatAsk) {
  FakeTlsSpec spec = ToSpec(stand.chain);
  spec.client = ClientCertificate::kRequired;
  spec.max_protocol = "TLSv1.2";  // where the server's alert still is part of the handshake
  const FakePeer peer(ServeTls(spec));
  ProbeOrder order = stand.Order(peer.port());
  const ProbeResult without = stand.Probe(order);
  EXPECT_EQ(Verdict(without), "tls_alert");
  EXPECT_THAT(without.chain, SizeIs(2)) << "the server has presented itself all the same";
  const MadeCertificate own = MakeSelfSigned({.common_name = "probe"});
  order.client_certificate = stand.tree.Write("client.pem", own.private_key_pem + own.pem);
  EXPECT_EQ(Verdict(stand.Probe(order)), "");
  order.client_certificate = stand.tree.Write("lone.pem", own.pem);
  EXPECT_EQ(Verdict(stand.Probe(order)), "local_error");
}

TEST_F(TlsProberTest, ExpectsAnAddressInTheCertificateOfAnAddress) {
  const std::string loopback("\x7F\0\0\1", 4);
  const FakePeer peer(ServeTls(ToSpec(MakeChain({.ip_addresses = {loopback}}))));
  ProbeOrder order = stand.Order(peer.port());
  order.target.host = "127.0.0.1";
  order.target.address = "";
  EXPECT_EQ(Verdict(stand.Probe(order)), "");
  order.target.server_name = "127.0.0.2";
  EXPECT_EQ(Verdict(stand.Probe(order)), "!wrong_name");
}

TEST_F(TlsProberTest, TakesWildcardsForAWholeLabelOnly) {
  const FakePeer peer(ServeTls(ToSpec(MakeChain({.dns_names = {"*.example.com"}}))));
  ProbeOrder order = stand.Order(peer.port());
  for (const auto& [name, verdict] :
       std::vector<std::pair<std::string, std::string>>{{"www.example.com", ""},
                                                        {"WWW.example.com.", ""},
                                                        {"example.com", "!wrong_name"},
                                                        {"a.b.example.com", "!wrong_name"}}) {
    order.target.server_name = name;
    EXPECT_EQ(Verdict(stand.Probe(order)), verdict) << name;
  }
}

TEST_F(TlsProberTest, ReadsTheStapledAnswer) {
  FakeTlsSpec spec = ToSpec(stand.chain);
  spec.staple = "no OCSP answer";
  EXPECT_FALSE(stand.Probe(FakePeer(ServeTls(spec))).endpoint.staple);
}

TEST_F(TlsProberTest, ProbesEachAddressOfAName) {
  const FakePeer peer(ServeTls(ToSpec(stand.chain)));
  const FakeDns dns([](const DnsQuestion& question) {
    if (question.type != DnsType::kA) return DnsReply{0, {}};
    return DnsReply{0, {ARecord("127.0.0.3"), ARecord("127.0.0.1")}};
  });
  stand.options.resolver.servers = dns.address();
  ProbeOrder order = stand.Order(peer.port());
  order.target.address = "";
  const std::vector<ProbeResult> each = stand.ProbeAll({order}).front();
  ASSERT_THAT(each, SizeIs(2));
  EXPECT_EQ(each[0].endpoint.address, "127.0.0.1");
  EXPECT_EQ(Verdict(each[0]), "");
  EXPECT_TRUE(each[0].endpoint.phases[0]);
  EXPECT_EQ(each[1].endpoint.address, "127.0.0.3");
  EXPECT_EQ(Verdict(each[1]), "connect_refused");
}

TEST_F(TlsProberTest, StopsAtTheFirstAddressThatIsUp) {
  const FakePeer peer(ServeTls(ToSpec(stand.chain)));
  const FakeDns dns([](const DnsQuestion& question) {
    if (question.type != DnsType::kA) return DnsReply{0, {}};
    return DnsReply{0, {ARecord("127.0.0.0"), ARecord("127.0.0.1")}};
  });
  stand.options.resolver.servers = dns.address();
  ProbeOrder order = stand.Order(peer.port());
  order.target.address = "";
  order.addresses = AddressChoice::kFirstUp;
  const ProbeResult result = stand.Probe(order);
  EXPECT_EQ(result.endpoint.address, "127.0.0.1");
  EXPECT_EQ(Verdict(result), "");
}

TEST_F(TlsProberTest, HasOneDeadlineForAllAddressesThatItTriesInTurn) {
  const FileDescriptor silent(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in everywhere{};
  everywhere.sin_family = AF_INET;
  bind(silent.get(), reinterpret_cast<const sockaddr*>(&everywhere), sizeof everywhere);
  listen(silent.get(), 16);  // the kernel accepts
  socklen_t length = sizeof everywhere;
  getsockname(silent.get(), reinterpret_cast<sockaddr*>(&everywhere), &length);
  const FakeDns dns([](const DnsQuestion& question) {
    if (question.type != DnsType::kA) return DnsReply{0, {}};
    return DnsReply{0, {ARecord("127.0.0.1"), ARecord("127.0.0.2"), ARecord("127.0.0.3")}};
  });
  stand.options.resolver.servers = dns.address();
  ProbeOrder order = stand.Order(ntohs(everywhere.sin_port));
  order.target.address = "";
  order.addresses = AddressChoice::kFirstUp;
  order.deadlines.whole = std::chrono::milliseconds{900};
  order.deadlines.handshake = std::chrono::milliseconds{600};
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(Verdict(stand.Probe(order)), "handshake_timeout");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds{1700});
}

TEST_F(TlsProberTest, AsksALaneOneAfterTheOtherAndLeavesWhatCanWaitBehindASlowOne) {
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  const FakePeer busy([&](FakeConnection& client) {
    most = std::max<int>(most, ++inside);
    ServeTls(ToSpec(stand.chain))(client);
    --inside;
  });
  const FakePeer silent([](FakeConnection& client) { client.AwaitEnd(); });
  const auto order = [&](const FakePeer& peer, std::string lane, Haste haste) {
    ProbeOrder made = stand.Order(peer.port());
    made.lane = std::move(lane);
    made.haste = haste;
    return made;
  };
  std::vector<ProbeOrder> orders(4, order(busy, "busy", Haste::kCanWait));
  orders.push_back(order(silent, "slow", Haste::kNow));
  stand.SetDeadlines(orders.back(), kImpatience);
  orders.push_back(order(busy, "slow", Haste::kCanWait));
  orders.push_back(order(busy, "slow", Haste::kNow));
  stand.options.per_address = 8;
  const auto results = stand.ProbeAll(orders);
  for (const std::size_t i : {0U, 1U, 2U, 3U, 6U}) EXPECT_EQ(Verdict(results[i].front()), "");
  EXPECT_EQ(Verdict(results[4].front()), "handshake_timeout");
  EXPECT_THAT(results[5], testing::IsEmpty());
  EXPECT_LE(most, 2) << "one of each lane";
}

TEST_F(TlsProberTest, LeavesWhatCanWaitWhenARoundTakesTooLong) {
  const FakePeer peer(ServeTls(ToSpec(stand.chain)));
  stand.options.longest_round = std::chrono::milliseconds{0};
  std::vector<ProbeOrder> orders(2, stand.Order(peer.port()));
  orders[0].haste = Haste::kCanWait;
  const auto results = stand.ProbeAll(orders);
  EXPECT_THAT(results[0], testing::IsEmpty());
  EXPECT_EQ(Verdict(results[1].front()), "");
}

TEST_F(TlsProberTest, KeepsToThePublicInternetWhenTold) {
  const FakeDns dns([](const DnsQuestion& question) {
    if (question.type != DnsType::kA) return DnsReply{0, {}};
    return DnsReply{0, {ARecord("192.0.0.1"), ARecord("127.0.0.1")}};
  });
  stand.options.resolver.servers = dns.address();
  ProbeOrder order = stand.Order(ClosedPort());
  order.reach = ProbeReach::kPublicInternet;
  EXPECT_EQ(Verdict(stand.Probe(order)), "forbidden");
  order.target.address = "";
  EXPECT_EQ(Verdict(stand.Probe(order)), "forbidden");
}

TEST_F(TlsProberTest, VerifiesAChainOnceAndJudgesItsDatesEachTime) {
  const FakePeer peer(ServeTls(ToSpec(stand.chain)));
  EXPECT_EQ(Verdict(stand.Probe(peer)), "");
  EXPECT_EQ(Verdict(stand.Probe(peer)), "");
  stand.clock.Advance(std::chrono::days(365));
  EXPECT_EQ(Verdict(stand.Probe(peer)), "!expired");
  ProbeOrder order = stand.Order(peer.port());
  order.target.server_name = "example.org";
  stand.clock.Advance(-std::chrono::days(365));
  EXPECT_EQ(Verdict(stand.Probe(order)), "!wrong_name");
}

TEST_F(TlsProberTest, ProbesFromSeveralThreads) {
  const FakePeer peer(ServeTls(ToSpec(stand.chain)));
  const std::vector<ProbeOrder> orders(10, stand.Order(peer.port()));
  stand.Probe(peer);  // makes the prober
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (const auto& each : stand.ProbeAll(orders)) EXPECT_EQ(Verdict(each.front()), "");
      });
    }
  }
}

}  // namespace
}  // namespace certhealth
