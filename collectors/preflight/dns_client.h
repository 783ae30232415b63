// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "collectors/net/event_loop.h"
#include "collectors/preflight/dns_message.h"
#include "collectors/preflight/name_lookup.h"

namespace certhealth {

/// Asks resolvers as a CA asks its own: one type at a time, no hosts file, and every way in which a
/// server says no is told from silence, which c-ares's own channel does not do (1.18: SERVFAIL of
/// all servers is "could not contact"). One thread, that of the loop; any number of questions at a
/// time.
class DnsClient {
 public:
  /// REQUIRES: `loop` outlives the client; `servers` is not empty.
  DnsClient(EventLoop& loop, std::vector<SocketAddress> servers)
      : loop_(loop), servers_(std::move(servers)) {}

  /// Asks each server in turn, twice around, until one answers, with records or without;
  /// kServerFailed (SERVFAIL) when one of them failed and none answered, kTimeout when none was
  /// heard, kBadAnswer for nonsense and for what the resolver does not do.
  Task<LookupReply> Ask(std::string name, RecordType type, DnssecCheck check,
                        Deadline deadline) const;

  /// A and AAAA of a name. A family whose question fails does not count where the other has
  /// addresses.
  Task<NameAddresses> LookUp(std::string name, Deadline deadline) const;

  /// The CAA records that count for a name: up its tree to the first that has any.
  Task<RelevantCaa> LookUpCaa(std::string name, Deadline deadline) const;

 private:
  Task<LookupReply> AskServer(SocketAddress server, const std::string& question, RecordType type,
                              Deadline deadline) const;
  Task<LookupReply> AskByTcp(SocketAddress server, const std::string& question, RecordType type,
                             Deadline deadline) const;

  EventLoop& loop_;
  const std::vector<SocketAddress> servers_;
};

}  // namespace certhealth
