// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/dns_client.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <system_error>

#include "collectors/preflight/caa.h"
#include "collectors/preflight/dns_check.h"
#include "collectors/preflight/dns_exchange.h"

namespace certhealth {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How long a server may be silent, the first time around and the second.
constexpr std::array<milliseconds, 2> kPatience = {milliseconds{1000}, milliseconds{2000}};
/// Between the two: what fails for a moment only is not told.
constexpr milliseconds kPause{300};
constexpr std::size_t kMostUdpBytes = 4096;

FileDescriptor ConnectUdp(const SocketAddress& server) {
  const bool is_ipv4 = server.address.family == IpAddress::Family::kIpv4;
  FileDescriptor opened(
      socket(is_ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP));
  if (!opened.valid()) return opened;
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(server.port);
  std::memcpy(&in.sin_addr, server.address.bytes.data(), sizeof in.sin_addr);
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(server.port);
  in6.sin6_scope_id = server.address.scope;
  std::memcpy(&in6.sin6_addr, server.address.bytes.data(), sizeof in6.sin6_addr);
  const int connected =
      is_ipv4 ? connect(opened.get(), reinterpret_cast<const sockaddr*>(&in), sizeof in)
              : connect(opened.get(), reinterpret_cast<const sockaddr*>(&in6), sizeof in6);
  if (connected != 0) return {};
  return opened;
}

LookupReply Silence(DnsStatus status, std::string detail) {
  LookupReply reply;
  reply.status = status;
  reply.detail = std::move(detail);
  return reply;
}

LookupReply Unreachable(const SocketAddress& server) {
  return Silence(DnsStatus::kUnreachable,
                 "the resolver " + ToString(server.address) +
                     " cannot be asked: " + std::generic_category().message(errno));
}

bool IsSettled(DnsStatus status) {
  return status == DnsStatus::kAnswered || status == DnsStatus::kNoData ||
         status == DnsStatus::kNoName;
}

}  // namespace

Task<LookupReply> DnsClient::AskByTcp(SocketAddress server, const std::string& question,
                                      RecordType type, Deadline deadline) const {
  const Result<std::string, StreamFault> message =
      co_await ExchangeByTcp(loop_, server, question, deadline);
  if (!message) co_return Silence(DnsStatus::kTimeout, message.error().detail);
  auto reply = ReadLookupReply(*message, question, type);
  if (!reply) co_return Silence(DnsStatus::kBadAnswer, "the answer belongs to another question");
  co_return *std::move(reply);
}

Task<LookupReply> DnsClient::AskServer(SocketAddress server, const std::string& question,
                                       RecordType type, Deadline deadline) const {
  FileDescriptor opened = ConnectUdp(server);
  if (!opened.valid()) co_return Unreachable(server);
  DescriptorWatch watch(loop_, std::move(opened));
  if (send(watch.descriptor(), question.data(), question.size(), MSG_NOSIGNAL) < 0)
    co_return Unreachable(server);
  std::array<char, kMostUdpBytes> buffer{};
  while (true) {
    if (co_await watch.Until(Direction::kRead, deadline) != Wakeup::kReady)
      co_return Silence(DnsStatus::kTimeout,
                        "the resolver " + ToString(server.address) + " does not answer");
    const ssize_t count = recv(watch.descriptor(), buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count < 0) co_return Unreachable(server);
    const std::string_view message(buffer.data(), static_cast<std::size_t>(count));
    auto reply = ReadLookupReply(message, question, type);
    if (!reply) continue;  // late, or from somebody else
    if (!IsTruncated(message)) co_return *std::move(reply);
    co_return co_await AskByTcp(server, question, type, deadline);
  }
}

Task<LookupReply> DnsClient::Ask(std::string name, RecordType type, DnssecCheck check,
                                 Deadline deadline) const {
  const auto question = MakeDnsQuestion(name, type, check, RandomDnsId());
  if (!question) co_return Silence(DnsStatus::kBadName, name + " is no DNS name");
  std::optional<LookupReply> refusal;
  LookupReply last = Silence(DnsStatus::kTimeout, "no time was left to ask");
  for (const milliseconds patience : kPatience) {
    if (refusal) {
      Signal pause(loop_);
      co_await pause.Until(std::min(deadline, steady_clock::now() + kPause));
    }
    for (const SocketAddress& server : servers_) {
      if (steady_clock::now() >= deadline) break;
      last = co_await AskServer(server, *question, type,
                                std::min(deadline, steady_clock::now() + patience));
      if (IsSettled(last.status)) co_return last;
      if (last.status == DnsStatus::kServerFailed) refusal = last;
    }
  }
  co_return refusal ? *refusal : last;
}

Task<NameAddresses> DnsClient::LookUp(std::string name, Deadline deadline) const {
  NameAddresses result;
  result.name = name;
  const LookupReply ipv4 = co_await Ask(name, RecordType::kA, DnssecCheck::kOn, deadline);
  const LookupReply ipv6 = co_await Ask(name, RecordType::kAaaa, DnssecCheck::kOn, deadline);
  result.addresses = ipv6.addresses;
  result.addresses.insert(result.addresses.end(), ipv4.addresses.begin(), ipv4.addresses.end());
  if (!result.addresses.empty()) {
    result.status = DnsStatus::kAnswered;
    co_return result;
  }
  const LookupReply& worse =
      ipv4.status == DnsStatus::kServerFailed || IsSettled(ipv6.status) ? ipv4 : ipv6;
  result.status = worse.status;
  result.detail = worse.detail;
  result.is_authoritative = worse.is_authoritative;
  if (result.status == DnsStatus::kServerFailed) {
    const LookupReply unchecked = co_await Ask(name, RecordType::kA, DnssecCheck::kOff, deadline);
    result.is_bogus = IsSettled(unchecked.status);
  }
  co_return result;
}

Task<RelevantCaa> DnsClient::LookUpCaa(std::string name, Deadline deadline) const {
  RelevantCaa result;
  result.name = name;
  result.status = DnsStatus::kNoData;
  for (const std::string& place : CaaTree(name)) {
    LookupReply reply = co_await Ask(place, RecordType::kCaa, DnssecCheck::kOn, deadline);
    if (reply.status == DnsStatus::kNoData || reply.status == DnsStatus::kNoName) continue;
    result.status = reply.status;
    result.found_at = place;
    result.records = std::move(reply.records);
    if (reply.status == DnsStatus::kServerFailed) {
      const LookupReply address = co_await Ask(std::string(NameBehindWildcard(name)),
                                               RecordType::kA, DnssecCheck::kOn, deadline);
      result.has_addresses = IsSettled(address.status);
    }
    break;
  }
  co_return result;
}

}  // namespace certhealth
