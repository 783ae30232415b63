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
/// sent it, now: by the roots of REQUESTS_CA_BUNDLE where that is set, as it is for certbot, else
/// by OpenSSL's own (SSL_CERT_FILE, SSL_CERT_DIR, the system's). Nothing when it does.
std::optional<TrustFault> JudgeTrust(stack_st_X509* chain, const std::string& host);

}  // namespace certhealth
