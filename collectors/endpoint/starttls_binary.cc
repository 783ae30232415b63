// SPDX-License-Identifier: Apache-2.0
// The protocols that are counted bytes.
#include <cstdint>
#include <utility>

#include "collectors/endpoint/starttls.h"

namespace certhealth {
namespace {

using namespace std::string_literals;

constexpr std::size_t kMaxMessageBytes = 8192;

std::size_t ByteAt(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes.at(at));
}

/// Reads ASN.1's elements (X.690, 8.1) off the front of bytes.
class Ber {
 public:
  explicit Ber(std::string_view bytes) : rest_(bytes) {}

  /// The content of the next element, when it has this tag and is whole.
  std::optional<std::string_view> Take(char tag) {
    if (rest_.size() < 2 || rest_[0] != tag) return std::nullopt;
    std::size_t header = 2;
    std::size_t length = ByteAt(rest_, 1);
    if (length >= 0x80) {
      const std::size_t count = length & 0x7FU;
      if (count == 0 || count > 4 || rest_.size() < header + count) return std::nullopt;
      length = 0;
      for (std::size_t i = 0; i < count; ++i) length = length << 8U | ByteAt(rest_, header + i);
      header += count;
    }
    if (length > rest_.size() - header) return std::nullopt;
    const std::string_view content = rest_.substr(header, length);
    rest_.remove_prefix(header + length);
    return content;
  }

 private:
  std::string_view rest_;
};

/// The result code of an LDAP ExtendedResponse.
std::optional<std::size_t> LdapResultCode(std::string_view message) {
  const std::optional<std::string_view> envelope = Ber(message).Take('\x30');
  if (!envelope) return std::nullopt;
  Ber inside(*envelope);
  const std::optional<std::string_view> id = inside.Take('\x02');
  const std::optional<std::string_view> response = inside.Take('\x78');
  if (!id || id != "\x01" || !response) return std::nullopt;
  const std::optional<std::string_view> code = Ber(*response).Take('\x0A');
  if (!code || code->size() != 1) return std::nullopt;
  return ByteAt(*code, 0);
}

/// One whole element, header and content.
Task<Result<std::string, EndpointFault>> ReadElement(StartTlsTalk& talk) {
  Result<std::string, EndpointFault> header = co_await talk.Bytes(2);
  if (!header) co_return header.error();
  std::string element = *std::move(header);
  std::size_t length = ByteAt(element, 1);
  if (element[0] != '\x30') co_return NotThisProtocol("LDAP", element);
  if (length > 0x84 || length == 0x80) co_return NotThisProtocol("LDAP", element);
  if (length > 0x80) {
    const Result<std::string, EndpointFault> digits = co_await talk.Bytes(length & 0x7FU);
    if (!digits) co_return digits.error();
    length = 0;
    for (std::size_t i = 0; i < digits->size(); ++i) length = length << 8U | ByteAt(*digits, i);
    element += *digits;
  }
  if (length > kMaxMessageBytes) co_return NotThisProtocol("LDAP", "a message over 8 KiB");
  const Result<std::string, EndpointFault> content = co_await talk.Bytes(length);
  if (!content) co_return content.error();
  co_return element + *content;
}

// Capabilities of a MySQL client (Protocol::CapabilityFlags).
constexpr std::uint32_t kProtocol41 = 0x0200;
constexpr std::uint32_t kSsl = 0x0800;
constexpr std::uint32_t kSecureConnection = 0x8000;

std::string LittleEndian(std::uint32_t number) {
  std::string bytes;
  for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(number >> shift);
  return bytes;
}

/// The lower capability flags of a handshake packet (Protocol::HandshakeV10): they stand behind the
/// version, its text, the connection's number, eight bytes for the password, and a filler.
std::optional<std::size_t> MysqlCapabilities(std::string_view packet) {
  const std::size_t end_of_text = packet.find('\0', 1);
  if (packet.empty() || packet[0] != 10 || end_of_text == std::string_view::npos) {
    return std::nullopt;
  }
  const std::size_t at = end_of_text + 1 + 4 + 8 + 1;
  if (packet.size() < at + 2) return std::nullopt;
  return ByteAt(packet, at) | ByteAt(packet, at + 1) << 8U;
}

}  // namespace

SwitchResult SwitchLdap(StartTlsTalk& talk) {
  // LDAPMessage{1, ExtendedRequest{"1.3.6.1.4.1.1466.20037"}}
  std::optional<EndpointFault> fault =
      co_await talk.Say("\x30\x1D\x02\x01\x01\x77\x18\x80\x16"s + "1.3.6.1.4.1.1466.20037");
  if (fault) co_return std::move(fault);
  const Result<std::string, EndpointFault> message = co_await ReadElement(talk);
  if (!message) co_return message.error();
  const std::optional<std::size_t> code = LdapResultCode(*message);
  if (!code) co_return NotThisProtocol("LDAP", *message);
  if (*code != 0) co_return RefusedBy("result code " + std::to_string(*code));
  co_return std::nullopt;
}

SwitchResult SwitchPostgres(StartTlsTalk& talk) {
  // SSLRequest: its length, 1234 * 65536 + 5679
  std::optional<EndpointFault> fault = co_await talk.Say("\x00\x00\x00\x08\x04\xD2\x16\x2F"s);
  if (fault) co_return std::move(fault);
  const Result<std::string, EndpointFault> answer = co_await talk.Bytes(1);
  if (!answer) co_return answer.error();
  if (*answer == "S") co_return std::nullopt;
  if (*answer == "N" || *answer == "E") co_return RefusedBy(*answer);
  co_return NotThisProtocol("PostgreSQL", *answer);
}

SwitchResult SwitchMysql(StartTlsTalk& talk) {
  const Result<std::string, EndpointFault> header = co_await talk.Bytes(4);
  if (!header) co_return header.error();
  const std::size_t length =
      ByteAt(*header, 0) | ByteAt(*header, 1) << 8U | ByteAt(*header, 2) << 16U;
  if (length == 0 || length > kMaxMessageBytes || ByteAt(*header, 3) != 0) {
    co_return NotThisProtocol("MySQL", *header);
  }
  const Result<std::string, EndpointFault> packet = co_await talk.Bytes(length);
  if (!packet) co_return packet.error();
  if (packet->starts_with('\xFF')) co_return RefusedBy(*packet);  // "Host is not allowed"
  const std::optional<std::size_t> capabilities = MysqlCapabilities(*packet);
  if (!capabilities) co_return NotThisProtocol("MySQL", *packet);
  if ((*capabilities & kSsl) == 0) co_return RefusedBy("no SSL among the capabilities");
  // SSLRequest, packet 1 of 32 bytes: capabilities, the longest packet, utf8, 23 zeros
  constexpr char kUtf8 = 33;
  co_return co_await talk.Say("\x20\x00\x00\x01"s +
                              LittleEndian(kProtocol41 | kSsl | kSecureConnection) +
                              LittleEndian(1U << 24U) + kUtf8 + std::string(23, '\0'));
}

}  // namespace certhealth
