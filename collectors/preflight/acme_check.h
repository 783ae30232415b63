// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/net/resolver.h"
#include "collectors/preflight/http_exchange.h"
#include "collectors/preflight/preflight.h"

namespace certhealth {

/// What came of asking for the directory of one ACME server.
struct DirectoryLook {
  std::string server;                   // the URL
  std::optional<DnsStatus> unresolved;  // the host has no address; the rest says nothing
  std::string detail;                   // of that, for a person
  HttpExchange exchange;
};

/// How certbot may reach the server and trust it in other ways than this process.
struct CertbotsWay {
  bool has_proxy = false;         // one is configured on this machine
  bool roots_given = false;       // this process was told its roots, as certbot is (RootsGiven)
  bool has_system_roots = false;  // certbot's Python is the system's, and takes its roots
  bool verifies_nothing = false;  // no_verify_ssl
};

/// Whether certbot can begin a renewal with the server: ca_unreachable. Certain is what would stop
/// certbot now: no such host, no connection, an expired certificate or one for another name, an
/// answer that is no directory. That the roots here do not know its certificate is certain where
/// this process was told its roots (REQUESTS_CA_BUNDLE), and of a public CA where certbot takes the
/// system's; else a risk, as certbot has others, or may have been told.
/// What took too long is a risk: certbot waits longer. Behind a proxy nothing is told. Pure.
std::vector<PreflightFinding> JudgeDirectory(const DirectoryLook& look, const CertbotsWay& way);

/// meta.caaIdentities, where the directory was seen.
std::vector<std::string> PublishedIdentities(const DirectoryLook& look);

}  // namespace certhealth
