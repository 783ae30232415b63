// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collectors/net/event_loop.h"
#include "collectors/net/stream.h"
#include "collectors/preflight/dns_update_target.h"

namespace certhealth {

/// What a server says of a key.
enum class KeyVerdict {
  kTaken,
  kNotKnown,      // BADKEY: no key of this name and algorithm
  kBadSignature,  // BADSIG: the secret is another one
  kBadTime,       // BADTIME: the signature holds, the clocks are too far apart
  kNotTold,       // it does not look at the key of such questions, or did not answer
};

struct KeyAnswer {
  TsigAlgorithm algorithm = TsigAlgorithm::kMd5;
  KeyVerdict verdict = KeyVerdict::kNotTold;
};

/// What came of asking the DNS server of a lineage's credentials.
struct DnsUpdateLook {
  std::optional<StreamFault> fault;  // the first question went unanswered; the rest says nothing
  /// Names for which the server has no zone: it answered to all that certbot would ask.
  std::vector<std::string> without_zone;
  /// That they have none was told to signed questions, too.
  bool has_asked_signed = false;
  std::vector<KeyAnswer> keys;  // one for each algorithm; empty where the key was not to be read
  /// Of a zone's server that does not know the key: whether it is the zone's primary. A secondary
  /// may forward updates with keys that it does not know itself (BIND's allow-update-forwarding).
  bool is_primary = false;
};

/// Signs a question with the key of the credentials; nullopt where that cannot be read. Null where
/// it may not be.
using SignQuestion =
    std::function<std::optional<std::string>(const std::string& question, TsigAlgorithm algorithm)>;

/// Asks the server for the SOAs by which certbot would find the zones of `names`, by TCP, as it
/// does, until each has one; and for one of them with a signature. Questions only: no update is
/// sent. All that it refers to outlives the Task.
Task<DnsUpdateLook> LookAtDnsServer(EventLoop& loop, const DnsUpdateTarget& target,
                                    const std::vector<std::string>& names, const SignQuestion& sign,
                                    Deadline deadline);

}  // namespace certhealth
