// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "collectors/net/event_loop.h"
#include "collectors/net/ip_address.h"

namespace certhealth {

/// How a question to the DNS came out.
enum class DnsStatus {
  kAnswered,
  kNoName,        // NXDOMAIN
  kNoData,        // the name exists, without such records
  kServerFailed,  // SERVFAIL, REFUSED and what other ways a server has to say no
  kTimeout,       // no server answered in time
  kUnreachable,   // no server could be asked
  kBadName,       // no DNS name: an empty or overlong label
  kBadAnswer,     // an answer that does not parse
};

struct AddressAnswer {
  DnsStatus status = DnsStatus::kServerFailed;
  std::vector<IpAddress> addresses;  // sorted, each once; not empty if kAnswered
  std::vector<std::string> aliases;  // the targets of the CNAMEs on the way
  std::string detail;                // of a failure, in c-ares's words
};

/// A CAA record (RFC 8659, 4.1). The texts are raw bytes.
struct CaaRecord {
  bool critical = false;
  std::string tag;               // "issue"; its case as it came
  std::string value;             // "letsencrypt.org; validationmethods=dns-01"
  bool has_lowest_flag = false;  // 0x01, which many take for the critical one

  bool operator==(const CaaRecord&) const = default;
};

struct CaaAnswer {
  DnsStatus status = DnsStatus::kServerFailed;
  std::vector<CaaRecord> records;  // of the name itself, aliases followed; not empty if kAnswered
  std::string detail;
};

struct ResolverOptions {
  std::string servers;                    // "127.0.0.1:5353"; empty: those of /etc/resolv.conf
  std::chrono::milliseconds retry{1000};  // a server that is silent so long is asked again
  int tries = 3;                          // of each server, the waits between them doubling
  std::size_t max_per_family = 8;         // addresses; what is more is dropped
};

/// Asks the DNS (RFC 1035) by c-ares, without blocking; for addresses, /etc/hosts too. Names are
/// absolute: the search list of /etc/resolv.conf is not used. One thread, that of the loop.
class Resolver {
 public:
  /// REQUIRES: `loop` outlives the resolver; no lookup is under way at the end of either.
  Resolver(EventLoop& loop, const ResolverOptions& options);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  Task<AddressAnswer> LookUpAddresses(std::string name, Deadline deadline);
  Task<CaaAnswer> LookUpCaa(std::string name, Deadline deadline);

  class Channel;

 private:
  const std::shared_ptr<Channel> channel_;
};

}  // namespace certhealth
