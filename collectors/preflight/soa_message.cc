// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/soa_message.h"

#include <arpa/nameser.h>

#include <cstddef>

#include "collectors/base/ascii.h"
#include "collectors/preflight/dns_message.h"

namespace certhealth {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kAdditionalCount = 11;   // its lower byte's place in the header
constexpr char kRecursionDesired = 0x01;       // of byte 2
constexpr std::uint8_t kAuthoritative = 0x04;  // of byte 2
constexpr std::uint8_t kTruncated = 0x02;      // of byte 2
constexpr std::uint8_t kCode = 0x0f;           // of byte 3
constexpr int kTypeSoa = 6;
constexpr int kTypeOpt = 41;
constexpr int kTypeTsig = 250;
constexpr std::uint32_t kOptionExpire = 9;
/// Of an SOA's five numbers, those from EXPIRE on.
constexpr std::size_t kFromExpire = 8;
constexpr std::size_t kFiveNumbers = 20;

/// Takes numbers and pieces off the front of a record's data.
class Cursor {
 public:
  explicit Cursor(std::string_view data) : data_(data) {}

  /// The next `count` bytes, the highest first; 0 once the data is too short.
  std::uint32_t Number(std::size_t count) {
    std::uint32_t number = 0;
    for (const char c : Piece(count)) number = number << 8U | static_cast<std::uint8_t>(c);
    return number;
  }
  std::string_view Piece(std::size_t count) {
    if (count > data_.size()) {
      is_broken_ = true;
      data_ = {};
      return {};
    }
    const std::string_view piece = data_.substr(0, count);
    data_.remove_prefix(count);
    return piece;
  }
  bool AtEnd() const { return data_.empty(); }
  bool is_broken() const { return is_broken_; }

 private:
  std::string_view data_;
  bool is_broken_ = false;
};

std::optional<int> TsigErrorIn(std::string_view data) {
  Cursor cursor(data);
  std::uint32_t label = 0;
  while ((label = cursor.Number(1)) != 0) cursor.Piece(label);  // the algorithm; never compressed
  cursor.Piece(6 + 2);                                          // when, and the fudge
  cursor.Piece(cursor.Number(2));                               // the MAC
  cursor.Piece(2);                                              // the ID
  const std::uint32_t error = cursor.Number(2);
  if (cursor.is_broken()) return std::nullopt;
  return static_cast<int>(error);
}

std::optional<std::uint32_t> ExpireOptionIn(std::string_view data) {
  Cursor cursor(data);
  while (!cursor.AtEnd()) {
    const std::uint32_t code = cursor.Number(2);
    const std::uint32_t size = cursor.Number(2);
    if (code == kOptionExpire && size == 4) {
      const std::uint32_t left = cursor.Number(4);
      if (cursor.is_broken()) return std::nullopt;
      return left;
    }
    cursor.Piece(size);
  }
  return std::nullopt;
}

std::optional<std::uint32_t> ExpireIn(std::string_view data) {
  if (data.size() < kFiveNumbers) return std::nullopt;
  return Cursor(data.substr(data.size() - kFromExpire)).Number(4);
}

std::string_view DataOf(const ns_rr& record) {
  return std::string_view(reinterpret_cast<const char*>(ns_rr_rdata(record)), ns_rr_rdlen(record));
}

/// Calls `use` with each record of a section; false where one does not parse.
template <typename Use>
bool ForEach(ns_msg& whole, ns_sect section, Use use) {
  for (int i = 0; i < ns_msg_count(whole, section); ++i) {
    ns_rr record{};
    if (ns_parserr(&whole, section, i, &record) != 0) return false;
    use(record);
  }
  return true;
}

bool IsName(const ns_rr& record, const ns_rr& other) {
  return LowerAscii(ns_rr_name(record)) == LowerAscii(ns_rr_name(other));
}

}  // namespace

std::optional<std::string> MakeSoaQuestion(const std::string& name, std::uint16_t id) {
  auto question = MakeDnsQuestion(name, RecordType::kSoa, DnssecCheck::kOn, id);
  if (question) (*question)[2] = static_cast<char>((*question)[2] & ~kRecursionDesired);
  return question;
}

std::string WithExpireOption(const std::string& question) {
  // The root, OPT, 1232 bytes, no flags, and an option without a value (RFC 6891, 6.1.2).
  constexpr std::string_view kExpire("\0\0\x29\x04\xd0\0\0\0\0\0\x04\0\x09\0\0", 15);
  std::string message = question;
  message[kAdditionalCount] = 1;
  message += kExpire;
  return message;
}

std::optional<SoaReply> ReadSoaReply(std::string_view message, const std::string& question) {
  if (!AnswersQuestion(message, question)) return std::nullopt;
  const auto flags = static_cast<std::uint8_t>(message[2]);
  if ((flags & kTruncated) != 0) return std::nullopt;
  SoaReply reply;
  reply.code = static_cast<std::uint8_t>(message[3]) & kCode;
  ns_msg whole{};
  if (message.size() < kHeaderBytes ||
      ns_initparse(reinterpret_cast<const unsigned char*>(message.data()),
                   static_cast<int>(message.size()), &whole) != 0)
    return std::nullopt;
  ns_rr asked{};
  const bool repeats_question =
      ns_msg_count(whole, ns_s_qd) == 1 && ns_parserr(&whole, ns_s_qd, 0, &asked) == 0;
  const bool may_have_soa = repeats_question && reply.code == 0 && (flags & kAuthoritative) != 0;
  const bool is_read = ForEach(whole, ns_s_an,
                               [&](const ns_rr& record) {
                                 if (!may_have_soa || ns_rr_class(record) != ns_c_in ||
                                     ns_rr_type(record) != kTypeSoa || !IsName(record, asked))
                                   return;
                                 reply.has_soa = true;
                                 reply.expire = ExpireIn(DataOf(record));
                               }) &&
                       ForEach(whole, ns_s_ar, [&](const ns_rr& record) {
                         if (ns_rr_type(record) == kTypeOpt)
                           reply.expires_in = ExpireOptionIn(DataOf(record));
                         if (ns_rr_type(record) == kTypeTsig)
                           reply.tsig_error = TsigErrorIn(DataOf(record));
                       });
  if (!is_read) return std::nullopt;
  return reply;
}

}  // namespace certhealth
