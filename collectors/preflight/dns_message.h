// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/net/ip_address.h"
#include "collectors/net/resolver.h"

namespace certhealth {

enum class RecordType : std::uint16_t { kA = 1, kSoa = 6, kAaaa = 28, kCaa = 257 };

/// Whether a resolver is to check signatures (RFC 4035, 3.2.2: the bit CD).
enum class DnssecCheck { kOn, kOff };

/// The message that asks a resolver for records of `name`, recursively (RFC 1035, 4.1), without
/// EDNS; nullopt for what is no DNS name.
std::optional<std::string> MakeDnsQuestion(const std::string& name, RecordType type,
                                           DnssecCheck check, std::uint16_t id);

/// Whether `message` is a response to `question`, which is a header and the question section alone.
bool AnswersQuestion(std::string_view message, std::string_view question);

/// What one message says.
struct LookupReply {
  DnsStatus status = DnsStatus::kBadAnswer;
  std::vector<IpAddress> addresses;  // of A and AAAA; sorted, each once, a limited number
  std::vector<CaaRecord> records;    // of CAA
  bool is_authoritative = false;     // the bit AA: the server itself has the zone
  std::string detail;                // of a failure, for a person
};

/// Reads the answer to `question`; aliases (CNAME) are followed as far as the message goes. nullopt
/// for what does not answer it: another ID or question, no response, cut short. A message that is
/// truncated (the bit TC) has kBadAnswer: ask again by TCP. Pure. Of an SOA, see ReadSoaReply.
std::optional<LookupReply> ReadLookupReply(std::string_view message, const std::string& question,
                                           RecordType type);

/// Whether the bit TC of a message is set.
bool IsTruncated(std::string_view message);

/// The servers of /etc/resolv.conf, port 53; 127.0.0.1 where it names none, as the C library has
/// it.
std::vector<SocketAddress> ParseResolvConf(std::string_view text);

}  // namespace certhealth
