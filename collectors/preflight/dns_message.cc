// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/dns_message.h"

#include <ares.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace certhealth {
namespace {

constexpr int kClassIn = 1;
constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kMostMessageBytes = 65535;
constexpr std::uint8_t kResponse = 0x80;          // of byte 2
constexpr std::uint8_t kAuthoritative = 0x04;     // of byte 2
constexpr std::uint8_t kTruncated = 0x02;         // of byte 2
constexpr std::uint8_t kCheckingDisabled = 0x10;  // of byte 3
constexpr std::uint8_t kCode = 0x0f;              // of byte 3
constexpr std::uint8_t kFormatError = 1;          // of the code: FORMERR
constexpr std::uint8_t kCritical = 0x80;          // of a CAA record's flags
constexpr std::uint8_t kLowest = 0x01;            // of a CAA record's flags
constexpr std::size_t kMostAddresses = 8;         // of a family
constexpr std::size_t kMostServers = 3;           // MAXNS of resolv.conf(5)
constexpr std::uint16_t kDnsPort = 53;

std::uint8_t ByteAt(std::string_view message, std::size_t place) {
  return static_cast<std::uint8_t>(message[place]);
}

const unsigned char* BytesOf(std::string_view message) {
  return reinterpret_cast<const unsigned char*>(message.data());
}

/// The names may come back in another case.
bool IsSameQuestion(std::string_view message, std::string_view question) {
  const std::string_view asked = question.substr(kHeaderBytes);
  if (message.size() < question.size()) return false;
  return std::ranges::equal(message.substr(kHeaderBytes, asked.size()), asked, [](char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; };
    return lower(a) == lower(b);
  });
}

DnsStatus StatusOfCode(int code) {
  switch (code) {
    case ARES_SUCCESS:
      return DnsStatus::kAnswered;
    case ARES_ENODATA:
      return DnsStatus::kNoData;
    default:
      return DnsStatus::kBadAnswer;
  }
}

template <typename Raw>
void AddAddress(const Raw& raw, IpAddress::Family family, std::vector<IpAddress>& addresses) {
  IpAddress address;
  address.family = family;
  std::memcpy(address.bytes.data(), &raw, sizeof raw);
  addresses.push_back(address);
}

/// c-ares gives up on messages without any record of the type, and tells that as an error.
int ParseA(std::string_view message, LookupReply& reply) {
  std::array<ares_addrttl, 64> found{};
  int count = static_cast<int>(found.size());
  const int code = ares_parse_a_reply(BytesOf(message), static_cast<int>(message.size()), nullptr,
                                      found.data(), &count);
  for (int i = 0; code == ARES_SUCCESS && i < count; ++i)
    AddAddress(found[static_cast<std::size_t>(i)].ipaddr, IpAddress::Family::kIpv4,
               reply.addresses);
  return code;
}

int ParseAaaa(std::string_view message, LookupReply& reply) {
  std::array<ares_addr6ttl, 64> found{};
  int count = static_cast<int>(found.size());
  const int code = ares_parse_aaaa_reply(BytesOf(message), static_cast<int>(message.size()),
                                         nullptr, found.data(), &count);
  for (int i = 0; code == ARES_SUCCESS && i < count; ++i)
    AddAddress(found[static_cast<std::size_t>(i)].ip6addr, IpAddress::Family::kIpv6,
               reply.addresses);
  return code;
}

/// By the C library's reader of messages: c-ares (1.18) refuses an empty value, by which a zone
/// says that nobody may issue (RFC 8659, 4.2).
int ParseCaa(std::string_view message, LookupReply& reply) {
  ns_msg whole{};
  if (ns_initparse(BytesOf(message), static_cast<int>(message.size()), &whole) != 0)
    return ARES_EBADRESP;
  for (int i = 0; i < ns_msg_count(whole, ns_s_an); ++i) {
    ns_rr record{};
    if (ns_parserr(&whole, ns_s_an, i, &record) != 0) return ARES_EBADRESP;
    if (ns_rr_class(record) != ns_c_in || ns_rr_type(record) != static_cast<int>(RecordType::kCaa))
      continue;
    const std::string_view data(reinterpret_cast<const char*>(ns_rr_rdata(record)),
                                ns_rr_rdlen(record));
    const std::size_t tag_bytes = data.size() < 2 ? 0 : ByteAt(data, 1);
    if (tag_bytes == 0 || tag_bytes > data.size() - 2) return ARES_EBADRESP;
    const std::uint8_t flags = ByteAt(data, 0);
    reply.records.push_back({(flags & kCritical) != 0, std::string(data.substr(2, tag_bytes)),
                             std::string(data.substr(2 + tag_bytes)), (flags & kLowest) != 0});
  }
  return ARES_SUCCESS;
}

void ParseRecords(std::string_view message, RecordType type, LookupReply& reply) {
  const int code = type == RecordType::kA      ? ParseA(message, reply)
                   : type == RecordType::kAaaa ? ParseAaaa(message, reply)
                                               : ParseCaa(message, reply);
  reply.status = StatusOfCode(code);
  if (reply.status == DnsStatus::kAnswered && reply.addresses.empty() && reply.records.empty())
    reply.status = DnsStatus::kNoData;
  std::ranges::sort(reply.addresses);
  // clang 14 cannot use what std::ranges::unique yields.
  reply.addresses.erase(std::unique(reply.addresses.begin(), reply.addresses.end()),
                        reply.addresses.end());
  if (reply.addresses.size() > kMostAddresses) reply.addresses.resize(kMostAddresses);
  if (reply.status == DnsStatus::kBadAnswer) {
    reply.detail = ares_strerror(code);
    reply.records.clear();
  }
}

}  // namespace

std::optional<std::string> MakeDnsQuestion(const std::string& name, RecordType type,
                                           DnssecCheck check, std::uint16_t id) {
  unsigned char* bytes = nullptr;
  int length = 0;
  const int code =
      ares_create_query(name.c_str(), kClassIn, static_cast<int>(type), id, 1, &bytes, &length, 0);
  const std::unique_ptr<unsigned char, decltype(&ares_free_string)> owned(bytes, &ares_free_string);
  if (code != ARES_SUCCESS) return std::nullopt;
  std::string message(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
  if (check == DnssecCheck::kOff)
    message[3] = static_cast<char>(ByteAt(message, 3) | kCheckingDisabled);
  return message;
}

bool IsTruncated(std::string_view message) {
  return message.size() >= kHeaderBytes && (ByteAt(message, 2) & kTruncated) != 0;
}

bool AnswersQuestion(std::string_view message, std::string_view question) {
  if (message.size() < kHeaderBytes || message.size() > kMostMessageBytes ||
      message.substr(0, 2) != question.substr(0, 2) || (ByteAt(message, 2) & kResponse) == 0)
    return false;
  // Servers that do not understand a question may not repeat it.
  return (ByteAt(message, 3) & kCode) == kFormatError || IsSameQuestion(message, question);
}

std::optional<LookupReply> ReadLookupReply(std::string_view message, const std::string& question,
                                           RecordType type) {
  if (!AnswersQuestion(message, question)) return std::nullopt;
  LookupReply reply;
  reply.is_authoritative = (ByteAt(message, 2) & kAuthoritative) != 0;
  const unsigned code = ByteAt(message, 3) & kCode;
  if (IsTruncated(message)) {
    reply.detail = "the answer is cut short";
  } else if (code == 0) {
    ParseRecords(message, type, reply);
  } else if (code == 3) {
    reply.status = DnsStatus::kNoName;
  } else if (code == 2) {
    reply.status = DnsStatus::kServerFailed;
    reply.detail = "SERVFAIL";
  } else {
    // What the resolver here does not do (FORMERR, NOTIMP, REFUSED) says nothing about a CA's.
    constexpr std::array<std::string_view, 6> kCodes = {"", "FORMERR", "", "", "NOTIMP", "REFUSED"};
    reply.detail =
        code < kCodes.size() ? std::string(kCodes[code]) : "code " + std::to_string(code);
  }
  return reply;
}

std::vector<SocketAddress> ParseResolvConf(std::string_view text) {
  constexpr std::string_view kKeyword = "nameserver";
  std::vector<SocketAddress> servers;
  while (!text.empty() && servers.size() < kMostServers) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
    if (!line.starts_with(kKeyword)) continue;
    line.remove_prefix(kKeyword.size());
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == 0 || start == std::string_view::npos) continue;
    line = line.substr(start);
    const auto address = ParseIpAddress(line.substr(0, line.find_first_of(" \t\r")));
    if (address) servers.push_back({*address, kDnsPort});
  }
  if (servers.empty()) servers.push_back({*ParseIpAddress("127.0.0.1"), kDnsPort});
  return servers;
}

}  // namespace certhealth
