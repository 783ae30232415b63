// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/certbot/machine.h"
#include "collectors/net/ip_address.h"
#include "collectors/preflight/tsig.h"
#include "collectors/renewal_conf.h"

namespace certhealth {

/// Whether certbot signs the questions with which it looks for the zone, and not the update alone.
enum class ZoneQuestions { kPlain, kSigned, kUnknown };

/// The DNS server that certbot's dns-rfc2136 would update, as its credentials have it. Plain data,
/// without the secret.
struct DnsUpdateTarget {
  std::string credentials;  // path of the file, which has the key
  SocketAddress server;
  /// Of the key. More than one where certbot's releases read the file differently, and which one
  /// will run is not known.
  std::vector<TsigAlgorithm> algorithms;
  ZoneQuestions questions = ZoneQuestions::kUnknown;
};

/// Nullopt where the authenticator is another one, or its credentials were not seen, or are not
/// what certbot takes. Pure.
std::optional<DnsUpdateTarget> DnsUpdateTargetOf(const RenewalConf& conf, const CertbotRoot& root,
                                                 const CertbotMachine& machine);

}  // namespace certhealth
