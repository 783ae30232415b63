// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/net/event_loop.h"
#include "collectors/net/http_url.h"
#include "collectors/net/ip_address.h"
#include "collectors/preflight/http_response.h"

namespace certhealth {

enum class ExchangeFault {
  kRefused,         // nobody listens at any address
  kUnreachable,     // no route to any, or nobody listens at the others
  kConnectTimeout,  // one of them does not answer
  kNoAnswer,        // connected, and nothing whole came back in time
  kNotHttp,         // the peer closed, or sent something else than HTTP, or than TLS before it
  kUntrusted,       // of TlsTrust::kVerified: the roots given do not lead to its certificate
  kBadCertificate,  // of TlsTrust::kVerified: expired, or for another name
  kLocal,           // this machine's affair: no descriptors, no memory, no time left to ask
};

struct HttpExchange {
  std::optional<ExchangeFault> fault;  // none: `response` is whole, to the limit of its reader
  std::string detail;                  // of a fault, for a person; valid UTF-8
  HttpAnswer response;
};

/// Whether https verifies the peer's certificate, by this machine's roots.
enum class TlsTrust { kAny, kVerified };

/// One GET of `url` at the first of `addresses` that takes the connection. The request asks for the
/// connection to be closed, and nothing is kept. `url` outlives the Task.
Task<HttpExchange> Get(EventLoop& loop, const HttpUrl& url, std::vector<IpAddress> addresses,
                       TlsTrust trust, Deadline deadline);

}  // namespace certhealth
