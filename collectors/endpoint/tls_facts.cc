// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/tls_facts.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <utility>

#include "collectors/endpoint/chain_verification.h"
#include "collectors/endpoint/tls_staple.h"

namespace certhealth {
namespace {

constexpr int kMinCipherBits = 112;
constexpr std::array<std::string_view, 5> kProtocols = {"SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2",
                                                        "TLSv1.3"};
constexpr std::string_view kMinProtocol = "TLSv1.2";

std::string DerOf(X509* x509) {
  unsigned char* bytes = nullptr;
  const int length = i2d_X509(x509, &bytes);
  if (length <= 0) return {};
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
  OPENSSL_free(bytes);
  return der;
}

/// Reads the chain into `result`. Returns what stands for this very chain, empty when one of its
/// certificates does not decode.
std::string ReadChain(stack_st_X509* chain, CertificateReader& certificates, ProbeResult& result) {
  std::string identity;
  bool leaf_is_lost = false;
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const auto certificate = certificates.ReadDer(DerOf(sk_X509_value(chain, i)));
    if (!certificate) {
      leaf_is_lost = leaf_is_lost || i == 0;
      result.failures.push_back(certificate.error());
      continue;
    }
    const Certificate& read = **certificate;
    if (!read.flaw.empty()) result.failures.push_back({Reason::kBadCertificate, read.flaw});
    identity.append(reinterpret_cast<const char*>(read.sha256.data()), read.sha256.size());
    result.chain.push_back(*certificate);
  }
  // The next one, often a CA's, would pass for the leaf.
  if (leaf_is_lost) result.chain.clear();
  const auto count = static_cast<std::size_t>(sk_X509_num(chain));
  return result.chain.size() == count ? identity : std::string();
}

std::size_t RankOf(std::string_view protocol) {
  return static_cast<std::size_t>(std::ranges::find(kProtocols, protocol) - kProtocols.begin());
}

std::optional<EndpointFault> JudgeProtocol(const TlsStream& tls, const std::string& min_protocol) {
  const std::string_view least = min_protocol.empty() ? kMinProtocol : min_protocol;
  if (RankOf(tls.protocol()) < RankOf(least)) {
    return EndpointFault{EndpointFailure::kWeakProtocol,
                         tls.protocol() + " where at least " + std::string(least) + " is expected"};
  }
  if (tls.cipher_bits() < kMinCipherBits) {
    return EndpointFault{
        EndpointFailure::kWeakProtocol,
        tls.cipher() + " has a strength of " + std::to_string(tls.cipher_bits()) + " bits"};
  }
  return std::nullopt;
}

/// The graver of two verdicts: the one that comes first among the enumerators.
void Worsen(std::optional<EndpointFault>& verdict, std::optional<EndpointFault> other) {
  if (!other || (verdict && verdict->reason <= other->reason)) return;
  verdict = std::move(other);
}

}  // namespace

std::optional<EndpointFault> TellCertificates(const TlsStream& tls, const Expectation& expected,
                                              CertificateReader& certificates,
                                              ProbeResult& result) {
  Endpoint& endpoint = result.endpoint;
  stack_st_X509* const chain = tls.chain();
  if (sk_X509_num(chain) <= 0) return std::nullopt;
  const std::string identity = ReadChain(chain, certificates, result);
  if (result.chain.empty()) {
    return EndpointFault{EndpointFailure::kBadCertificate, result.failures.front().detail};
  }
  X509* const leaf = sk_X509_value(chain, 0);
  endpoint.staple = ReadStaple(tls.ocsp_staple(), leaf);
  endpoint.hostname_matches = IsFor(leaf, expected.server_name);
  if (!*endpoint.hostname_matches) {
    Worsen(endpoint.distrust, EndpointFault{EndpointFailure::kWrongName,
                                            "the certificate is not for " + expected.server_name});
  }
  if (expected.roots) {
    ChainVerdict verdict = (*expected.roots)->Judge(chain, identity, expected.now);
    endpoint.path_end = verdict.path_end;
    Worsen(endpoint.distrust, std::move(verdict.distrust));
  } else {
    result.failures.push_back(expected.roots.error());
    Worsen(endpoint.distrust, EndpointFault{EndpointFailure::kUnknownIssuer,
                                            "no roots: " + expected.roots.error().detail});
  }
  return std::nullopt;
}

void TellSession(const TlsStream& tls, const std::string& min_protocol, Endpoint& endpoint) {
  endpoint.protocol = tls.protocol();
  endpoint.cipher = tls.cipher();
  endpoint.cipher_standard_name = tls.cipher_standard_name();
  endpoint.alpn = tls.alpn();
  Worsen(endpoint.distrust, JudgeProtocol(tls, min_protocol));
}

}  // namespace certhealth
