// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "collectors/base/result.h"
#include "collectors/certificate.h"

namespace certhealth {

/// Turns DER into Certificates. It remembers nothing; CertificateReader does. Thread-safe.
class CertificateDecoder {
 public:
  CertificateDecoder();
  ~CertificateDecoder();

  /// The certificate at the start of `der`, whose Digest is `sha256`. What is malformed in it
  /// beyond its dates is named by Certificate::flaw. kBadCertificate when it does not decode, or
  /// when a date in it is none.
  Result<Certificate> Decode(std::string_view der, const Sha256& sha256) const;

  /// kReadFailed when OpenSSL is set up without SHA-256.
  Result<Sha256> Digest(std::string_view bytes) const;

 private:
  struct OpenSsl;
  std::unique_ptr<const OpenSsl> openssl_;
};

}  // namespace certhealth
