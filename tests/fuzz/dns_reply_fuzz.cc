// SPDX-License-Identifier: Apache-2.0
// Any bytes as a DNS server's answer, of each type: no crash, bounded addresses, CAA records that
// are judged whatever is in them, and no zone without an SOA.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collectors/base/utf8.h"
#include "collectors/preflight/caa_policy.h"
#include "collectors/preflight/dns_message.h"
#include "collectors/preflight/soa_message.h"

using certhealth::RecordType;

namespace {

/// The records behind the header of an answer by authority, and the question of one for an SOA.
void ReadAsSoa(std::string_view bytes) {
  const std::string question = *certhealth::MakeSoaQuestion("a.example", 0x4142);
  std::string message = question;
  message[2] = '\x84';
  const unsigned char counts = bytes.empty() ? '\0' : static_cast<unsigned char>(bytes[0]);
  message[7] = static_cast<char>(counts & 0x0FU);
  message[11] = static_cast<char>(counts >> 4U);
  message.append(bytes.substr(bytes.empty() ? 0 : 1));
  certhealth::ReadSoaReply(bytes, question);
  const auto reply = certhealth::ReadSoaReply(message, question);
  if (!reply) return;
  if (reply->has_soa && message[7] == 0) std::abort();
  if (reply->tsig_error && (*reply->tsig_error < 0 || *reply->tsig_error > 65535)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const RecordType type : {RecordType::kA, RecordType::kAaaa, RecordType::kCaa}) {
    const std::string question =
        *certhealth::MakeDnsQuestion("a.example", type, certhealth::DnssecCheck::kOn, 0x4142);
    // The records behind the right header and question: nothing else gets any further.
    std::string message = question;
    message[2] = static_cast<char>(message[2] | '\x80');
    message[7] = static_cast<char>(size == 0 ? 0 : data[0]);
    message.append(bytes.substr(size == 0 ? 0 : 1));
    for (const std::string_view answer : {bytes, std::string_view(message)}) {
      const auto reply = certhealth::ReadLookupReply(answer, question, type);
      if (!reply) continue;
      if (reply->addresses.size() > 8) std::abort();
      certhealth::CaaQuestion asks;
      asks.identities = {"letsencrypt.org"};
      if (!certhealth::IsValidUtf8(certhealth::JudgeCaa(reply->records, asks).why)) std::abort();
    }
  }
  ReadAsSoa(bytes);
  certhealth::ParseResolvConf(bytes);
  return 0;
}
