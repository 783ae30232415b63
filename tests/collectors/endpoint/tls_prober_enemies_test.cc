// SPDX-License-Identifier: Apache-2.0
// Peers that do what they should not.
#include <dirent.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <condition_variable>
#include <mutex>

#include "tests/collectors/endpoint/probe_stand.h"
#include "tests/support/fake_dns.h"

namespace certhealth {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr std::size_t kMebibyte = 1U << 20U;

/// Listens on 127.0.0.1 and never accepts: once its queue is full, further clients hear nothing.
class FullListener {
 public:
  FullListener() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(listener_.get(), Raw(), sizeof address_);
    socklen_t length = sizeof address_;
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address_), &length);
    listen(listener_.get(), 0);
    for (FileDescriptor& client : clients_) {
      client = FileDescriptor(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      connect(client.get(), Raw(), sizeof address_);
    }
  }
  std::uint16_t port() const { return ntohs(address_.sin_port); }

 private:
  const sockaddr* Raw() const { return reinterpret_cast<const sockaddr*>(&address_); }

  FileDescriptor listener_;
  sockaddr_in address_{};
  std::array<FileDescriptor, 4> clients_;
};

void StaySilent(FakeConnection& client) { client.AwaitEnd(); }

class EnemiesTest : public testing::Test {
 protected:
  std::string VerdictOn(FakePeer::Script script, StartTls starttls = StartTls::kNone) {
    const FakePeer peer(std::move(script));
    return Verdict(stand.Probe(stand.Order(peer.port(), starttls)));
  }
  std::string ImpatientVerdictOn(FakePeer::Script script, StartTls starttls = StartTls::kNone) {
    const FakePeer peer(std::move(script));
    ProbeOrder order = stand.Order(peer.port(), starttls);
    stand.SetDeadlines(order, kImpatience);
    return Verdict(stand.Probe(order));
  }
  std::string VerdictOnName(const FakeDns& dns) {
    stand.options.resolver = {dns.address(), std::chrono::milliseconds(20), 1, 8};
    stand.prober.reset();
    ProbeOrder order = stand.Order(ClosedPort());
    order.target.address = "";
    return Verdict(stand.Probe(order));
  }

  ProbeStand stand;
};

TEST_F(EnemiesTest, ThatDoNotLetOneConnect) {
  EXPECT_EQ(Verdict(stand.Probe(stand.Order(ClosedPort()))), "connect_refused");
  const FullListener full;
  ProbeOrder order = stand.Order(full.port());
  stand.SetDeadlines(order, kImpatience);
  EXPECT_EQ(Verdict(stand.Probe(order)), "connect_timeout");
  order = stand.Order(443);
  order.target.address = "224.0.0.1";  // no TCP over multicast
  EXPECT_EQ(Verdict(stand.Probe(order)), "unreachable");
}

TEST_F(EnemiesTest, ThatAreDeadForEachOfTheirNames) {
  const FullListener full;
  ProbeOrder order = stand.Order(full.port());
  stand.SetDeadlines(order, std::chrono::milliseconds{1000});
  const auto begun = std::chrono::steady_clock::now();
  for (const auto& results : stand.ProbeAll({order, order, order}))
    EXPECT_EQ(Verdict(results.front()), "connect_timeout");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds{1800})
      << "one connection tells it of all";
}

TEST_F(EnemiesTest, ThatSayNothing) {
  EXPECT_EQ(ImpatientVerdictOn(StaySilent), "handshake_timeout");
  EXPECT_EQ(ImpatientVerdictOn(StaySilent, StartTls::kSmtp), "starttls_timeout");
  EXPECT_EQ(ImpatientVerdictOn(
                [](FakeConnection& client) {
                  client.Send("220 mail\r\n");
                  StaySilent(client);
                },
                StartTls::kSmtp),
            "starttls_timeout");
}

TEST_F(EnemiesTest, ThatSayAByteAtATime) {
  const auto dribble = [](std::string bytes) {
    return [bytes](FakeConnection& client) {
      for (const char c : bytes) client.Send({&c, 1});
      StaySilent(client);
    };
  };
  EXPECT_EQ(ImpatientVerdictOn(dribble("\x16\x03\x03\x40")), "handshake_timeout");
  EXPECT_EQ(ImpatientVerdictOn(dribble("220-"), StartTls::kSmtp), "starttls_timeout");
}

TEST_F(EnemiesTest, ThatNeverStopTalking) {
  const auto endless = [](std::string piece) {
    return [piece](FakeConnection& client) {
      while (client.Send(piece)) {
      }
    };
  };
  EXPECT_EQ(VerdictOn(endless(std::string(kMebibyte, 'x'))), "not_tls");
  EXPECT_EQ(VerdictOn(endless(std::string(kMebibyte, 'x')), StartTls::kSmtp), "starttls_protocol");
  EXPECT_EQ(VerdictOn(endless("220-hello\r\n"), StartTls::kSmtp), "starttls_protocol");
  EXPECT_EQ(VerdictOn(endless("\r\n"), StartTls::kImap), "starttls_protocol");
  // A handshake message of 16 MiB, in whole records.
  EXPECT_EQ(VerdictOn(endless("\x16\x03\x03\x40\x00\x02\xFF\xFF\xFF" + std::string(16380, '\0'))),
            "tls_protocol");
}

TEST_F(EnemiesTest, ThatSendWhatIsSkippedForEver) {
  std::string requests;
  for (int i = 0; i < 4096; ++i) requests += std::string("\x16\3\3\0\4\0\0\0\0", 9);
  const auto flood = [requests](FakeConnection& client) {  // HelloRequests (RFC 5246, 7.4.1.1)
    while (client.Send(requests)) {
    }
  };
  EXPECT_EQ(ImpatientVerdictOn(flood), "handshake_timeout");
}

TEST_F(EnemiesTest, ThatSendShortLinesWithoutEnd) {
  std::string greeting = "220-\r\n";
  for (int i = 0; i < 30000; ++i) greeting += "\n";
  const auto send = [greeting](FakeConnection& client) {
    client.Send(greeting);
    StaySilent(client);
  };
  EXPECT_EQ(VerdictOn(send, StartTls::kFtp), "starttls_protocol");
}

TEST_F(EnemiesTest, ThatSpeakSomethingElse) {
  const FakePeer peer([](FakeConnection& client) {
    client.Send("HTTP/1.1 400 Bad Request\r\n\r\n");
    StaySilent(client);
  });
  const ProbeResult result = stand.Probe(peer);
  EXPECT_EQ(Verdict(result), "not_tls");
  EXPECT_THAT(result.endpoint.failure->detail, HasSubstr("HTTP/1.1 400"));
  EXPECT_EQ(VerdictOn([](FakeConnection& client) {
              client.Send(std::string("\x16\x03\x03\0\5hello", 10));
              StaySilent(client);
            }),
            "tls_protocol");
}

TEST_F(EnemiesTest, ThatHangUp) {
  EXPECT_EQ(VerdictOn([](FakeConnection&) {}), "closed");
  EXPECT_EQ(VerdictOn([](FakeConnection& client) {
              client.Receive();
              client.Reset();
            }),
            "closed");
  EXPECT_EQ(VerdictOn([](FakeConnection&) {}, StartTls::kPop3), "closed");
  EXPECT_EQ(VerdictOn([](FakeConnection& client) {
              client.Receive();
              client.Send(std::string("\x15\x03\x03\0\2\2\x28", 7));  // fatal, handshake_failure
            }),
            "tls_alert");
  EXPECT_EQ(VerdictOn([](FakeConnection& client) {
              client.Receive();
              client.Send(std::string("\x16\x03\x03\0\x7A\2\0\0\x76\3\3", 11));  // half a hello
            }),
            "closed");
}

TEST_F(EnemiesTest, ThatSendLongChains) {
  FakeTlsSpec spec = ToSpec(stand.chain);
  spec.others.insert(spec.others.end(), 98, stand.chain.intermediate);
  const ProbeResult hundred = stand.Probe(FakePeer(ServeTls(spec)));
  EXPECT_EQ(Verdict(hundred), "");
  EXPECT_THAT(hundred.chain, SizeIs(100));
  spec.others.insert(spec.others.end(), 200, stand.chain.intermediate);
  EXPECT_EQ(VerdictOn(ServeTls(spec)), "too_large");
}

TEST_F(EnemiesTest, ThatSendLargeCertificates) {
  CertificateSpec many;
  for (int i = 0; i < 3000; ++i) many.dns_names.push_back(std::to_string(i) + ".example.com");
  const FakePeer peer(ServeTls(ToSpec(MakeChain(many))));
  const ProbeResult result = stand.Probe(peer);
  EXPECT_EQ(Verdict(result), "");
  EXPECT_THAT(result.chain.front()->dns_names, SizeIs(3001));
}

TEST_F(EnemiesTest, ThatPresentACertificateThatIsNone) {
  FakeTlsSpec spec = ToSpec(MakeChain({.raw_not_after = "260230000000Z"}));
  EXPECT_EQ(VerdictOn(ServeTls(spec)), "bad_certificate");
}

TEST_F(EnemiesTest, ThatInjectPlaintext) {
  const auto smtp = [](std::string_view behind) {
    return [behind = std::string(behind)](FakeConnection& client) {
      client.Send("220 mail\r\n");
      client.ReceiveLine();
      client.Send("250-mail\r\n250 STARTTLS\r\n");
      client.ReceiveLine();
      client.Send("220 go ahead\r\n" + behind);
      StaySilent(client);
    };
  };
  EXPECT_EQ(VerdictOn(smtp("250 injected\r\n"), StartTls::kSmtp), "starttls_injection");
  EXPECT_EQ(ImpatientVerdictOn(smtp(""), StartTls::kSmtp), "handshake_timeout");
}

TEST_F(EnemiesTest, ThatSpeakTlsOnlyAfterTheTalk) {
  const FakeTls server(ToSpec(stand.chain));
  std::string hello;
  const FakePeer peer([&](FakeConnection& client) {
    client.Send("220 mail\r\n");
    hello = client.ReceiveLine();
    client.Send("250-mail\r\n250-STARTTLS\r\n250 HELP\r\n");
    client.ReceiveLine();
    client.Send("220 go ahead\r\n");
    server.Serve(client);
  });
  const ProbeResult result = stand.Probe(stand.Order(peer.port(), StartTls::kSmtp));
  EXPECT_EQ(Verdict(result), "");
  EXPECT_TRUE(result.endpoint.phases[2]);
  EXPECT_EQ(hello, "EHLO probe.example\r\n");
}

TEST_F(EnemiesTest, ThatAreNames) {
  using Reply = std::optional<DnsReply>;
  EXPECT_EQ(VerdictOnName(FakeDns([](const DnsQuestion&) {
              return Reply(DnsReply{3, {}});
            })),
            "name_not_found");
  EXPECT_EQ(VerdictOnName(FakeDns([](const DnsQuestion&) {
              return Reply(DnsReply{0, {}});
            })),
            "name_not_found");
  EXPECT_EQ(VerdictOnName(FakeDns([](const DnsQuestion&) {
              return Reply(DnsReply{2, {}});
            })),
            "resolve_failed");
  EXPECT_EQ(VerdictOnName(FakeDns([](const DnsQuestion&) { return Reply(); })), "resolve_timeout");
}

TEST_F(EnemiesTest, ThatHaveFiveHundredAddressesAreAskedAtAFew) {
  const FakeDns dns([](const DnsQuestion& question) {
    DnsReply reply;
    for (int i = 0; question.type == DnsType::kA && i < 500; ++i) {
      reply.records.push_back(
          ARecord("127.1." + std::to_string(i / 256) + "." + std::to_string(i % 256)));
    }
    return reply;
  });
  stand.options.resolver.servers = dns.address();
  ProbeOrder order = stand.Order(ClosedPort());
  order.target.address = "";
  EXPECT_THAT(stand.ProbeAll({order}).front(), SizeIs(8));
}

TEST_F(EnemiesTest, ThatHaveMoreAddressesThanThereArePlacesAreAskedInTurn) {
  const FakeDns dns([](const DnsQuestion& question) {
    DnsReply reply;
    for (int i = 1; question.type == DnsType::kA && i < 5; ++i) {
      reply.records.push_back(ARecord("127.0.0." + std::to_string(i)));
    }
    return reply;
  });
  stand.options.resolver.servers = dns.address();
  stand.options.max_in_flight = 1;
  ProbeOrder order = stand.Order(ClosedPort());
  order.target.address = "";
  const auto results = stand.ProbeAll({order, order});
  for (const std::vector<ProbeResult>& each : results) {
    ASSERT_THAT(each, SizeIs(4));
    for (std::size_t i = 0; i < each.size(); ++i) {
      EXPECT_EQ(Verdict(each[i]), "connect_refused");
      EXPECT_EQ(each[i].endpoint.address, "127.0.0." + std::to_string(i + 1));
    }
  }
}

TEST_F(EnemiesTest, DoNotKeepALiveEndpointWaiting) {
  std::mutex mutex;
  std::condition_variable changed;
  bool served = false;
  const FakeTls server(ToSpec(stand.chain));
  const FakePeer live([&](FakeConnection& client) {
    server.Serve(client);
    const std::lock_guard lock(mutex);
    served = true;
    changed.notify_all();
  });
  // The dead ones come to life when the live one has been served, and so no sooner than that.
  const FakePeer dead([&](FakeConnection& client) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return served; });
    client.Reset();
  });
  stand.options.per_address = 100;
  std::vector<ProbeOrder> orders(50, stand.Order(dead.port()));
  orders.push_back(stand.Order(live.port()));
  const auto results = stand.ProbeAll(orders);
  EXPECT_EQ(Verdict(results.back().front()), "");
  EXPECT_EQ(Verdict(results.front().front()), "closed");
}

TEST_F(EnemiesTest, AreAskedOneAfterTheOtherAtOneAddress) {
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  const FakeTls server(ToSpec(stand.chain));
  const FakePeer peer([&](FakeConnection& client) {
    most = std::max(most.load(), ++inside);
    server.Serve(client);
    --inside;
  });
  const auto results = stand.ProbeAll(std::vector<ProbeOrder>(20, stand.Order(peer.port())));
  EXPECT_EQ(Verdict(results.back().front()), "");
  // One that has said goodbye may still be on its way out.
  EXPECT_LE(most, 2);
}

std::size_t OpenDescriptors() {
  std::size_t count = 0;
  DIR* const folder = opendir("/proc/self/fd");
  while (folder != nullptr && readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

TEST_F(EnemiesTest, LeaveNothingBehind) {
  const FakePeer resets([](FakeConnection& client) { client.Reset(); });
  const FakePeer other([](FakeConnection& client) { client.Send("HTTP/1.1 400\r\n"); });
  const FakePeer bad(ServeTls([] {
    FakeTlsSpec spec;
    spec.leaf = MakeSelfSigned({});
    return spec;
  }()));
  std::vector<ProbeOrder> orders;
  for (int i = 0; i < 25; ++i) {
    orders.push_back(stand.Order(resets.port()));
    orders.push_back(stand.Order(other.port(), StartTls::kImap));
    orders.push_back(stand.Order(bad.port()));
    orders.push_back(stand.Order(ClosedPort()));
  }
  stand.ProbeAll(orders);
  const std::size_t descriptors = OpenDescriptors();
  const std::size_t bytes = mallinfo2().uordblks;
  for (int round = 0; round < 20; ++round) stand.ProbeAll(orders);
  // The peers' last connections may still be on their way out.
  EXPECT_LE(OpenDescriptors(), descriptors + 3);
  // 2,000 probes; what is left behind by one would be seen. The peers' threads cost a little each.
  EXPECT_LT(mallinfo2().uordblks, bytes + 1500 * 512);
}

}  // namespace
}  // namespace certhealth
