// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_dns.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cctype>
#include <stdexcept>

namespace certhealth {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kUdpBytes = 512;

std::string Number16(unsigned number) {
  return {static_cast<char>(number >> 8U & 0xFFU), static_cast<char>(number & 0xFFU)};
}

std::string WireName(std::string_view name) {
  std::string wire;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    wire += static_cast<char>(label.size());
    wire += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  return wire + '\0';
}

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool Bind(const FileDescriptor& bound, std::uint16_t port) {
  const sockaddr_in address = Loopback(port);
  return bind(bound.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

std::uint16_t PortOf(const FileDescriptor& bound) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  getsockname(bound.get(), reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

/// The first question of `query`, and where it ends.
std::optional<std::pair<DnsQuestion, std::size_t>> QuestionOf(std::string_view query) {
  DnsQuestion question;
  std::size_t at = kHeaderBytes;
  while (at < query.size() && query[at] != 0) {
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(query[at]));
    if (!question.name.empty()) question.name += '.';
    for (const char c : query.substr(at + 1, length)) {
      question.name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    at += 1 + length;
  }
  if (at + 5 > query.size()) return std::nullopt;
  const unsigned type =
      static_cast<unsigned char>(query[at + 1]) * 256U + static_cast<unsigned char>(query[at + 2]);
  question.type = static_cast<DnsType>(type);
  question.is_recursive = (query[2] & 1) != 0;
  const std::string_view rest = query.substr(at + 5);
  question.is_signed = rest.find(std::string_view("\0\xfa\0\xff", 4)) != std::string_view::npos;
  question.asks_expire = rest.starts_with(std::string_view("\0\0\x29", 3));
  return std::pair(question, at + 5);
}

}  // namespace

DnsRecord ARecord(std::string_view address) {
  std::string data(4, '\0');
  inet_pton(AF_INET, std::string(address).c_str(), data.data());
  return {DnsType::kA, data, {}};
}

DnsRecord AaaaRecord(std::string_view address) {
  std::string data(16, '\0');
  inet_pton(AF_INET6, std::string(address).c_str(), data.data());
  return {DnsType::kAaaa, data, {}};
}

DnsRecord CnameRecord(std::string_view name, std::string_view target) {
  return {DnsType::kCname, WireName(target), std::string(name)};
}

DnsRecord SoaRecord(std::uint32_t expire) {
  const auto number = [](std::uint32_t value) { return Number16(value >> 16U) + Number16(value); };
  return {DnsType::kSoa,
          WireName("ns") + WireName("hostmaster") + number(1) + number(3600) + number(600) +
              number(expire) + number(60),
          {}};
}

std::string TsigRecord(int error) {
  const std::string data = WireName("hmac-sha512") + std::string(6, '\0') + Number16(300) +
                           Number16(0) + Number16(0x1234) + Number16(static_cast<unsigned>(error)) +
                           Number16(0);
  return WireName("certbot") + Number16(250) + Number16(255) + std::string(4, '\0') +
         Number16(static_cast<unsigned>(data.size())) + data;
}

std::string ExpireRecord(std::uint32_t left) {
  return WireName("") + Number16(41) + Number16(1232) + std::string(4, '\0') + Number16(8) +
         Number16(9) + Number16(4) + Number16(left >> 16U) + Number16(left);
}

DnsRecord CaaRecordOf(int flags, std::string_view tag, std::string_view value) {
  std::string data{static_cast<char>(flags), static_cast<char>(tag.size())};
  data += tag;
  data += value;
  return {DnsType::kCaa, data, {}};
}

FakeDns::FakeDns(Answer answer) : answer_(std::move(answer)), stop_(eventfd(0, EFD_CLOEXEC)) {
  // The port that UDP gets may be taken for TCP.
  for (int attempt = 0; attempt < 100; ++attempt) {
    udp_ = FileDescriptor(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    tcp_ = FileDescriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!Bind(udp_, 0) || !Bind(tcp_, PortOf(udp_)) || listen(tcp_.get(), 16) != 0) continue;
    serving_ = std::thread([this] { Serve(); });
    return;
  }
  throw std::runtime_error("no port on loopback");
}

FakeDns::~FakeDns() {
  eventfd_write(stop_.get(), 1);
  serving_.join();
  for (std::thread& connection : connections_) connection.join();
}

std::string FakeDns::address() const { return "127.0.0.1:" + std::to_string(PortOf(udp_)); }

void FakeDns::Serve() {
  for (;;) {
    std::array<pollfd, 3> watched{
        pollfd{udp_.get(), POLLIN, 0}, {tcp_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    if (poll(watched.data(), watched.size(), -1) < 0) continue;
    if (watched[2].revents != 0) return;
    if (watched[1].revents != 0) {
      const int accepted = accept4(tcp_.get(), nullptr, nullptr, SOCK_CLOEXEC);
      connections_.emplace_back([this, accepted] { ServeTcp(FileDescriptor(accepted)); });
    }
    if (watched[0].revents == 0) continue;
    std::array<char, 4096> query;
    sockaddr_in from{};
    socklen_t length = sizeof from;
    const ssize_t count = recvfrom(udp_.get(), query.data(), query.size(), 0,
                                   reinterpret_cast<sockaddr*>(&from), &length);
    if (count <= 0) continue;
    std::string reply = ReplyTo({query.data(), static_cast<std::size_t>(count)});
    if (reply.empty()) continue;
    if (reply.size() > kUdpBytes) {
      // Header and question alone, marked as truncated; the question is as long as it came.
      reply.resize(static_cast<std::size_t>(count));
      reply[2] = static_cast<char>(reply[2] | 0x02);
      reply[6] = reply[7] = 0;
    }
    sendto(udp_.get(), reply.data(), reply.size(), 0, reinterpret_cast<const sockaddr*>(&from),
           length);
  }
}

void FakeDns::ServeTcp(FileDescriptor connection) const {
  std::string query;
  char byte = 0;
  const auto whole = [&query] {
    return query.size() >= 2 && query.size() - 2 >= static_cast<unsigned char>(query[0]) * 256U +
                                                        static_cast<unsigned char>(query[1]);
  };
  // Two questions may come over one connection; each is answered.
  while (recv(connection.get(), &byte, 1, 0) == 1) {
    query += byte;
    if (!whole()) continue;
    const std::string reply = ReplyTo(std::string_view(query).substr(2));
    const std::string framed = Number16(static_cast<unsigned>(reply.size())) + reply;
    if (!reply.empty()) send(connection.get(), framed.data(), framed.size(), MSG_NOSIGNAL);
    query.clear();
  }
}

std::string FakeDns::ReplyTo(std::string_view query) const {
  const auto question = QuestionOf(query);
  if (!question) return {};
  const std::optional<DnsReply> reply = answer_(question->first);
  if (!reply) return {};
  std::string message(query.substr(0, 2));
  message += {static_cast<char>(reply->is_authoritative ? 0x85 : 0x81),
              static_cast<char>(0x80 | reply->rcode)};
  message += Number16(1) + Number16(static_cast<unsigned>(reply->records.size()));
  message += Number16(0) + Number16(static_cast<unsigned>(reply->additional.size()));
  message += query.substr(kHeaderBytes, question->second - kHeaderBytes);
  for (const DnsRecord& record : reply->records) {
    message += WireName(record.name.empty() ? question->first.name : record.name);
    message += Number16(static_cast<unsigned>(record.type)) + Number16(1);
    message += Number16(0) + Number16(60);
    message += Number16(static_cast<unsigned>(record.data.size())) + record.data;
  }
  for (const std::string& record : reply->additional) message += record;
  return message;
}

}  // namespace certhealth
