// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace certhealth {

/// What a web server does with GET /.well-known/acme-challenge/TOKEN, by its configuration alone.
struct ChallengeAnswer {
  enum class Kind {
    kUnknown,    // something is in play that was not understood
    kDirectory,  // it looks for the file TOKEN in `directory`, and has nothing else to give
    kFallback,   // it looks there first; what else it then does is not known
    kRefuses,    // with `status`, whatever files there are
    kRedirects,  // to the same path of `host` at `port`
  };
  Kind kind = Kind::kUnknown;
  std::string directory{};  // "/var/www/html/.well-known/acme-challenge", as it is written
  int status = 0;
  std::string host{};  // empty for the one that was asked for
  std::uint16_t port = 0;
  std::string place{};  // "/etc/nginx/sites-enabled/shop:7": where that is said; valid UTF-8

  bool operator==(const ChallengeAnswer&) const = default;
};

/// One of the places where a site waits for clients.
struct SiteAddress {
  std::uint16_t port = 0;
  bool is_any = false;       // every address of the families below; else one address
  bool is_loopback = false;  // one that nobody else can reach
  bool takes_ipv4 = false;
  bool takes_ipv6 = false;
  bool is_default = false;  // of nginx: `default_server`
};

/// A server block of nginx's or a <VirtualHost> of Apache's.
struct WebSite {
  std::vector<std::string> names;  // as they are written, in lower case, patterns among them
  std::vector<SiteAddress> addresses;
  ChallengeAnswer answer;
};

}  // namespace certhealth
