// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "collectors/endpoint/tls_prober.h"
#include "tests/support/certificate_factory.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_tls.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {

inline constexpr std::chrono::milliseconds kImpatience{40};

/// A prober on the 1st of February 2026 that trusts the root of `chain` alone.
class ProbeStand {
 public:
  ProbeStand() {
    clock.Set(std::chrono::sys_days(std::chrono::year(2026) / 2 / 1));
    roots = tree.Write("roots.pem", chain.root.pem);
    options.ehlo_name = "probe.example";
  }

  /// Of example.com at 127.0.0.1, with time enough.
  ProbeOrder Order(std::uint16_t port, StartTls starttls = StartTls::kNone) const {
    ProbeOrder order;
    order.target = {"example.com", port, starttls, "", "127.0.0.1"};
    order.roots = roots;
    SetDeadlines(order, std::chrono::seconds(20));
    return order;
  }

  static void SetDeadlines(ProbeOrder& order, std::chrono::milliseconds time) {
    order.deadlines = {time, time, time, time, time};
  }

  std::vector<std::vector<ProbeResult>> ProbeAll(const std::vector<ProbeOrder>& orders) {
    if (!prober) prober = MakeTlsProber(*files, clock, certificates, options);
    return prober->Probe(orders);
  }

  ProbeResult Probe(const ProbeOrder& order) {
    std::vector<std::vector<ProbeResult>> results = ProbeAll({order});
    EXPECT_EQ(results.size(), 1U);
    EXPECT_EQ(results.front().size(), 1U);
    return std::move(results.front().front());
  }

  ProbeResult Probe(const FakePeer& peer) { return Probe(Order(peer.port())); }

  TemporaryTree tree;
  FakeClock clock;
  CertificateReader certificates;
  std::unique_ptr<FileSystem> files = MakePosixFileSystem("/");
  MadeChain chain = MakeChain();
  std::string roots;
  ProberOptions options;
  std::unique_ptr<Prober> prober;  // made with the first probe
};

/// The name of the failure, or of the distrust behind a "!", or "".
inline std::string Verdict(const ProbeResult& result) {
  if (result.endpoint.failure) return std::string(NameOf(result.endpoint.failure->reason));
  if (result.endpoint.distrust) return "!" + std::string(NameOf(result.endpoint.distrust->reason));
  return "";
}

}  // namespace certhealth
