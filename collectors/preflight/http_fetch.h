// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collectors/net/event_loop.h"
#include "collectors/net/http_url.h"
#include "collectors/net/ip_address.h"

namespace certhealth {

/// How the fetch of a challenge file ended.
enum class FetchEnd {
  kAnswered,        // a final answer: `status` and `body`
  kNotConnected,    // refused by the first address: nobody listens
  kConnectTimeout,  // no answer of the first address, or no route to it
  kNoAnswer,        // connected, and nothing whole came back in time
  kNotHttp,         // closed, reset, or something else than HTTP (or TLS, where that was asked for)
  kRedirectForbidden,  // to where CAs do not go: another port, an address, a broken URL, too far
  kRedirectDead,       // to a host that has no address
  kRedirectFailed,     // a later hop did not answer
  kRedirectNotTried,   // to a host that is not ours to ask, or for want of time
  kNotTried,           // for want of time or of descriptors
};

struct FetchResult {
  IpAddress address;  // of the first hop
  FetchEnd end = FetchEnd::kNotTried;
  int status = 0;
  std::string body;
  std::string detail;  // for a person, where it did not come to an answer; valid UTF-8
};

/// What is known of the host that a redirect leads to.
struct RedirectHost {
  std::vector<IpAddress> addresses;  // where it may be asked; empty: it may not
  bool is_dead = false;              // it has no address at all: nobody gets any further
};

/// What a fetch may do.
struct FetchRules {
  std::uint16_t http_port = 80;
  /// Whether the hosts of redirects must be names, and the port 80 or 443: what public CAs demand
  /// (CA/Browser Forum, Baseline Requirements 3.2.2.4.19). Others may go further, but not from
  /// here.
  bool is_public_ca = false;
  /// With less time than this left, nobody is asked: a late answer would look like none.
  std::chrono::milliseconds least_time{0};
  /// Looks up a redirect's host, which may be asked where it is one of this machine's own names, or
  /// leads here.
  std::function<Task<RedirectHost>(std::string host, Deadline deadline)> resolve;
};

/// GET http://`name`:PORT`path` of `address`, as Let's Encrypt validates http-01: ten redirects at
/// most, to http and https, whose certificates are not verified, and not more than 64 KiB of an
/// answer. A redirect to the same host goes to the same address.
Task<FetchResult> FetchChallenge(EventLoop& loop, std::string name, IpAddress address,
                                 std::string path, const FetchRules& rules, Deadline deadline);

}  // namespace certhealth
