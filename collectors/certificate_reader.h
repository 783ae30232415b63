// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/base/failure.h"
#include "collectors/base/result.h"
#include "collectors/certificate.h"
#include "collectors/certificate_decoder.h"

namespace certhealth {

/// What a file of certificates holds.
struct CertificateFile {
  std::vector<std::shared_ptr<const Certificate>> certificates;  // all that decode, in order
  std::vector<Failure> failures;          // "path:line: what is wrong"; a hundred at most
  std::vector<std::string> other_blocks;  // distinct labels: "EC PRIVATE KEY", "DH PARAMETERS"
  bool has_private_key = false;
  bool first_is_lost = false;  // the first certificate is among the failures

  /// The certificates, leaf first; none when the first is lost, because the next one, often a CA's,
  /// would pass for the leaf.
  std::vector<std::shared_ptr<const Certificate>> Chain() const;
};

/// Reads certificates and shares them: one that is in many places, as a CA's intermediate is, is
/// decoded once and held once for as long as somebody holds it. Thread-safe.
class CertificateReader {
 public:
  /// The certificates of PEM text or DER. `path` is for messages only. The bytes are wiped when
  /// there is a private key among them. A file without any PEM block or DER certificate, an empty
  /// one too, is a failure kNoCertificate; one with other blocks alone is none. Certificates with a
  /// flaw are read, and the flaw is a failure kBadCertificate besides.
  CertificateFile Read(std::string bytes, std::string_view path);

  /// The one certificate that `der` is, as a TLS peer sends it.
  Result<std::shared_ptr<const Certificate>> ReadDer(std::string_view der);

  /// How many distinct certificates are remembered, those that nobody holds any more included.
  std::size_t remembered() const;

 private:
  // The first bytes of a SHA-256 are as good a hash as any.
  struct FirstBytes {
    std::size_t operator()(const Sha256& digest) const;
  };

  std::shared_ptr<const Certificate> Find(const Sha256& sha256) const;
  std::shared_ptr<const Certificate> Remember(Certificate certificate);

  const CertificateDecoder decoder_;
  mutable std::mutex mutex_;  // guards what follows
  std::unordered_map<Sha256, std::weak_ptr<const Certificate>, FirstBytes> known_;
  std::size_t sweep_at_ = 1024;  // number of known certificates
  SharedText last_issuer_;
  SharedText last_signature_;
};

}  // namespace certhealth
