// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/tls_stream.h"

#include <gtest/gtest.h>

#include "tests/support/fake_tls.h"

namespace certhealth {
namespace {

Deadline Patience() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }

TEST(TlsStream, WritesAndReadsToTheEnd) {
  FakeTlsSpec spec;
  spec.leaf = MakeSelfSigned({});
  spec.echoes = 5;
  const FakePeer peer(ServeTls(spec));
  EventLoop loop;
  const TlsContext context;
  std::string heard;
  const auto talk = [&]() -> Task<void> {
    const SocketAddress address{*ParseIpAddress("127.0.0.1"), peer.port()};
    Result<TcpStream, StreamFault> tcp = co_await TcpStream::Connect(loop, address, Patience());
    TlsHello hello;
    TlsStream tls(context, *std::move(tcp), hello);
    EXPECT_FALSE(co_await tls.Handshake(Patience()));
    EXPECT_FALSE(co_await tls.Write("hello", Patience()));
    std::array<char, 3> bytes{};
    for (;;) {
      const Result<std::size_t, StreamFault> count = co_await tls.Read(bytes, Patience());
      EXPECT_TRUE(count);
      if (!count || *count == 0) break;
      heard.append(bytes.data(), *count);
    }
  };
  loop.Spawn(talk());
  loop.Run();
  EXPECT_EQ(heard, "hello");
}

TEST(TlsIdentity, NeedsACertificateAndItsKey) {
  const MadeCertificate own = MakeSelfSigned({});
  EXPECT_TRUE(TlsIdentity::FromPem(own.pem + own.private_key_pem));
  EXPECT_TRUE(TlsIdentity::FromPem(own.private_key_pem + own.pem));
  EXPECT_FALSE(TlsIdentity::FromPem(own.pem));
  EXPECT_FALSE(TlsIdentity::FromPem(own.private_key_pem));
  EXPECT_FALSE(TlsIdentity::FromPem(""));
  const MadeCertificate other = MakeSelfSigned({.key = KeyKind::kEcP384});
  EXPECT_FALSE(TlsIdentity::FromPem(own.pem + other.private_key_pem));
}

}  // namespace
}  // namespace certhealth
