// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/result.h"
#include "collectors/certificate.h"

namespace certhealth {

/// What a certificate signing request (RFC 2986) asks for.
struct CertificateRequest {
  std::vector<std::string> dns_names;  // of its SAN: lower case, sorted, each once; never empty
  Sha256 public_key_sha256{};          // as Certificate::public_key_sha256 of what came of it

  bool operator==(const CertificateRequest&) const = default;
};

/// The first request in the PEM text `pem`. kBadText when there is none, when it does not decode,
/// and when it asks for anything but host names, of which there are at most 1,000. Its signature is
/// not checked. Thread-safe.
Result<CertificateRequest> ReadCertificateRequest(std::string_view pem);

}  // namespace certhealth
