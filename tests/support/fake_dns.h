// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "collectors/base/file_descriptor.h"

namespace certhealth {

enum class DnsType : std::uint16_t { kA = 1, kCname = 5, kSoa = 6, kAaaa = 28, kCaa = 257 };

struct DnsQuestion {
  std::string name;  // "example.com", in lower case
  DnsType type = DnsType::kA;
  bool is_signed = false;     // by TSIG
  bool asks_expire = false;   // by the option EXPIRE
  bool is_recursive = false;  // the bit RD
};

struct DnsRecord {
  DnsType type = DnsType::kA;
  std::string data;  // on the wire
  std::string name;  // whose it is; empty: the question's
};

struct DnsReply {
  int rcode = 0;  // 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED
  std::vector<DnsRecord> records;
  bool is_authoritative = false;
  std::vector<std::string> additional = {};  // whole records on the wire
};

DnsRecord ARecord(std::string_view address);
DnsRecord AaaaRecord(std::string_view address);
DnsRecord CnameRecord(std::string_view name, std::string_view target);
DnsRecord SoaRecord(std::uint32_t expire);
/// A TSIG record without a MAC, whose error is `error`.
std::string TsigRecord(int error);
/// An OPT record whose option EXPIRE is `left`.
std::string ExpireRecord(std::uint32_t left);
DnsRecord CaaRecordOf(int flags, std::string_view tag, std::string_view value);

/// A DNS server on a free port of 127.0.0.1, UDP and TCP, that answers as `answer` says; where that
/// gives nothing, it is silent. What does not fit into 512 bytes is truncated over UDP.
class FakeDns {
 public:
  using Answer = std::function<std::optional<DnsReply>(const DnsQuestion&)>;

  explicit FakeDns(Answer answer);
  ~FakeDns();
  FakeDns(const FakeDns&) = delete;
  FakeDns& operator=(const FakeDns&) = delete;

  /// "127.0.0.1:40000"
  std::string address() const;

 private:
  void Serve();
  void ServeTcp(FileDescriptor connection) const;
  /// The whole reply to `query`; empty for silence.
  std::string ReplyTo(std::string_view query) const;

  const Answer answer_;
  FileDescriptor udp_;
  FileDescriptor tcp_;
  FileDescriptor stop_;
  std::vector<std::thread> connections_;
  std::thread serving_;
};

}  // namespace certhealth
