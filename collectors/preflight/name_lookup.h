// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "collectors/net/ip_address.h"
#include "collectors/net/resolver.h"

namespace certhealth {

/// What the DNS says of one name, asked as a CA asks: A and AAAA, no hosts file, no search list.
struct NameAddresses {
  std::string name;
  DnsStatus status = DnsStatus::kTimeout;
  bool is_bogus = false;  // kServerFailed, and not where DNSSEC is left unchecked (RFC 4035, 3.2.2)
  std::vector<IpAddress> addresses;  // not empty if kAnswered
  bool has_no_route = false;         // from this machine to any of them
  std::string detail;                // of a failure, in the resolver's words
  /// The resolver has the zone itself: of a private one, the internet may see another.
  bool is_authoritative = false;
  /// By the resolver that this machine is set to use, not by one that was named for its view.
  bool by_own_resolver = false;
};

/// The CAA records that count for one name (RFC 8659, 3).
struct RelevantCaa {
  std::string name;
  DnsStatus status = DnsStatus::kTimeout;  // kNoData where there are none in the whole tree
  std::string found_at;                    // which name of the tree has them, or failed
  std::vector<CaaRecord> records;          // not empty if kAnswered
  /// Of kServerFailed: whether the name has addresses at the same resolver. Then it is the type CAA
  /// that is refused, by the zone's servers or by a forwarder in between.
  bool has_addresses = false;
};

}  // namespace certhealth
