// SPDX-License-Identifier: Apache-2.0
// probe_bench PORT ROOTS [PROBES]: the CPU that a probe of the TLS server at 127.0.0.1:PORT takes,
// beside that of a bare loop over OpenSSL that does the same handshake. Exits 1 when the goal is
// missed. probe_bench.py starts the server, and measures the exporters that people use instead.
// probe_bench cpu PORT ROOTS PROBES prints the microseconds of one verified probe, for
// probe_bench.py.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "collectors/endpoint/tls_prober.h"
#include "collectors/openssl_handle.h"
#include "tests/bench/stopwatch.h"

namespace certhealth::bench {
namespace {

constexpr int kRounds = 15;
constexpr double kGoal = 1.1;  // times the bare loop

/// What the facts about OpenSSL 3.0 recommend: one context, X25519 first, no tickets.
class BareClient {
 public:
  BareClient() : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set1_groups_list(context_.get(), "X25519:P-256:P-384:P-521:X448");
    SSL_CTX_set_options(context_.get(), SSL_OP_NO_TICKET);
    SSL_CTX_set_mode(context_.get(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_cert_verify_callback(
        context_.get(), [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
  }

  void Shake(std::uint16_t port) const {
    const FileDescriptor client(socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      std::perror("connect");
      std::exit(2);
    }
    const OpenSslHandle<SSL, SSL_free> ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), client.get());
    SSL_set_tlsext_host_name(ssl.get(), "example.com");
    if (SSL_connect(ssl.get()) != 1) {
      std::fprintf(stderr, "no handshake\n");
      std::exit(2);
    }
    SSL_shutdown(ssl.get());
  }

 private:
  const OpenSslHandle<SSL_CTX, SSL_CTX_free> context_;
};

class OurClient {
 public:
  OurClient(std::uint16_t port, const std::string& roots) {
    order_.target = {"example.com", port, StartTls::kNone, "", "127.0.0.1"};
    order_.roots = roots;
    options_.per_address = 8;
    options_.max_in_flight = 8;
    prober_ = MakeTlsProber(*files_, clock_, certificates_, options_);
  }

  void Probe(std::size_t count) {
    const std::vector<ProbeOrder> orders(count, order_);
    results_ = prober_->Probe(orders);
    for (const std::vector<ProbeResult>& results : results_) {
      const Endpoint& endpoint = results.front().endpoint;
      const auto& fault = endpoint.failure ? endpoint.failure : endpoint.distrust;
      if (!fault) continue;
      std::fprintf(stderr, "%s: %s\n", std::string(NameOf(fault->reason)).c_str(),
                   fault->detail.c_str());
      std::exit(2);
    }
  }

 private:
  const std::unique_ptr<FileSystem> files_ = MakePosixFileSystem("/");
  SystemClock clock_;
  CertificateReader certificates_;
  ProberOptions options_;
  ProbeOrder order_;
  std::unique_ptr<Prober> prober_;
  std::vector<std::vector<ProbeResult>> results_;  // as published, until the next round
};

int Compare(std::uint16_t port, const std::string& roots, std::size_t probes) {
  const BareClient bare;
  OurClient ours(port, roots);
  bare.Shake(port);
  ours.Probe(1);
  Stopwatch watch;
  for (int round = 0; round < kRounds; ++round) {
    watch.Measure("bare", [&] {
      for (std::size_t i = 0; i < probes; ++i) bare.Shake(port);
    });
    watch.Measure("prober", [&] { ours.Probe(probes); });
    watch.EndRound();
  }
  const auto each = [&](const char* name) {
    return watch.Typical(name) / static_cast<double>(probes);
  };
  std::printf("a handshake, bare: %.0f us; a probe, verified: %.0f us of CPU\n", each("bare"),
              each("prober"));
  return TellGoal("probe / bare handshake", watch.Ratio("prober", "bare"), Bound::kAtMost, kGoal)
             ? 0
             : 1;
}

int PrintCpu(std::uint16_t port, const std::string& roots, std::size_t probes) {
  OurClient ours(port, roots);
  ours.Probe(1);
  const double begin = CpuMicroseconds();
  ours.Probe(probes);
  std::printf("%.1f\n", (CpuMicroseconds() - begin) / static_cast<double>(probes));
  return 0;
}

}  // namespace
}  // namespace certhealth::bench

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto port = [](const std::string& text) {
    return static_cast<std::uint16_t>(std::atoi(text.c_str()));
  };
  if (words.size() == 4 && words[0] == "cpu") {
    return certhealth::bench::PrintCpu(port(words[1]), words[2],
                                       std::strtoul(words[3].c_str(), nullptr, 10));
  }
  if (words.size() < 2) {
    std::fprintf(stderr, "usage: probe_bench [cpu] PORT ROOTS [PROBES]\n");
    return 2;
  }
  return certhealth::bench::Compare(
      port(words[0]), words[1],
      words.size() > 2 ? std::strtoul(words[2].c_str(), nullptr, 10) : 300);
}
