// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "collectors/preflight/http_exchange.h"

struct stack_st_X509;  // STACK_OF(X509)

namespace certhealth {

struct TrustFault {
  ExchangeFault reason = ExchangeFault::kUntrusted;  // or kBadCertificate
  std::string detail;                                // in OpenSSL's words
};

/// Whether a client of this machine would trust `chain`, as a server of the name or address `host`
/// sent it, now: by the roots of RootsGiven, else by the system's. Nothing when it does.
std::optional<TrustFault> JudgeTrust(stack_st_X509* chain, const std::string& host);

/// The file or directory of roots that Python's requests, and so certbot, is told by the
/// environment: REQUESTS_CA_BUNDLE, else CURL_CA_BUNDLE; null for none. It does not care for
/// SSL_CERT_FILE and SSL_CERT_DIR.
const char* RootsGiven();

}  // namespace certhealth
