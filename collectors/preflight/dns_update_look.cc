// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/dns_update_look.h"

#include <algorithm>
#include <set>
#include <utility>

#include "collectors/preflight/dns_check.h"
#include "collectors/preflight/dns_exchange.h"
#include "collectors/preflight/soa_message.h"

namespace certhealth {
namespace {

/// Of a lineage, for its zones; each is a connection.
constexpr int kMostQuestions = 40;
constexpr int kNotAuth = 9;  // the RCODE that goes with the errors of TSIG
constexpr int kBadSig = 16;
constexpr int kBadKey = 17;
constexpr int kBadTime = 18;

/// "b.example" for "a.b.example"; empty for the last label.
std::string ParentOf(const std::string& name) {
  const std::size_t dot = name.find('.');
  return dot == std::string::npos ? std::string() : name.substr(dot + 1);
}

KeyVerdict VerdictOf(const SoaReply& reply) {
  if (!reply.tsig_error) return KeyVerdict::kNotTold;
  if (*reply.tsig_error == 0) return KeyVerdict::kTaken;
  if (reply.code != kNotAuth) return KeyVerdict::kNotTold;
  switch (*reply.tsig_error) {
    case kBadSig:
      return KeyVerdict::kBadSignature;
    case kBadKey:
      return KeyVerdict::kNotKnown;
    case kBadTime:
      return KeyVerdict::kBadTime;
    default:
      return KeyVerdict::kNotTold;
  }
}

enum class Question { kPlain, kSigned, kWithExpire };

/// The questions to one server.
class Inquiry {
 public:
  Inquiry(EventLoop& loop, const DnsUpdateTarget& target, const SignQuestion& sign,
          Deadline deadline)
      : loop_(loop), target_(target), sign_(sign), deadline_(deadline) {}

  Task<DnsUpdateLook> LookAt(const std::vector<std::string>& names) {
    DnsUpdateLook look;
    look.without_zone = co_await WithoutZone(names, Question::kPlain);
    // What goes unanswered later says nothing: the server was there.
    if (!was_answered_) {
      look.fault = fault_;
      co_return look;
    }
    if (!sign_ || names.empty()) co_return look;
    const std::string place =
        zones_.empty() ? "_acme-challenge." + std::string(NameBehindWildcard(names.front()))
                       : *zones_.begin();
    look.keys = co_await AskForKeys(place);
    const bool is_unknown = std::ranges::any_of(
        look.keys, [](const KeyAnswer& answer) { return answer.verdict == KeyVerdict::kNotKnown; });
    if (is_unknown) look.is_primary = co_await IsPrimary(place);
    // Only what certbot may ask as well.
    if (look.without_zone.empty() || target_.questions == ZoneQuestions::kPlain ||
        target_.algorithms.size() > 1)
      co_return look;
    look.without_zone = co_await WithoutZone(look.without_zone, Question::kSigned);
    look.has_asked_signed = true;
    co_return look;
  }

 private:
  /// Nullopt for what went unanswered, which is kept in `fault_`.
  Task<std::optional<SoaReply>> Ask(std::string name, Question kind, TsigAlgorithm algorithm) {
    const auto question = MakeSoaQuestion(name, RandomDnsId());
    if (!question) co_return std::nullopt;
    std::optional<std::string> message = *question;
    if (kind == Question::kSigned) message = sign_(*question, algorithm);
    if (kind == Question::kWithExpire) message = WithExpireOption(*question);
    if (!message) co_return std::nullopt;
    const Result<std::string, StreamFault> answer =
        co_await ExchangeByTcp(loop_, target_.server, *message, deadline_);
    if (!answer) {
      fault_ = answer.error();
      co_return std::nullopt;
    }
    was_answered_ = true;
    co_return ReadSoaReply(*answer, *question);
  }

  /// Those of `names` for which no SOA is found by the climb of certbot's _find_domain. What was
  /// not answered may have one.
  Task<std::vector<std::string>> WithoutZone(const std::vector<std::string>& names, Question kind) {
    std::vector<std::string> lacking;
    std::set<std::string> empty;  // places without an SOA
    for (const std::string& name : names) {
      bool is_settled = false;
      for (std::string place = "_acme-challenge." + std::string(NameBehindWildcard(name));
           !place.empty() && !is_settled; place = ParentOf(place)) {
        is_settled = zones_.contains(place);
        if (is_settled || empty.contains(place)) continue;
        if (++questions_ > kMostQuestions) co_return lacking;
        const auto reply = co_await Ask(place, kind, target_.algorithms.front());
        if (!reply) co_return lacking;
        is_settled = reply->has_soa;
        (is_settled ? zones_ : empty).insert(place);
      }
      if (!is_settled) lacking.push_back(name);
    }
    co_return lacking;
  }

  Task<std::vector<KeyAnswer>> AskForKeys(const std::string& place) {
    std::vector<KeyAnswer> answers;
    for (const TsigAlgorithm algorithm : target_.algorithms) {
      const auto reply = co_await Ask(place, Question::kSigned, algorithm);
      KeyAnswer answer;
      answer.algorithm = algorithm;
      if (reply) answer.verdict = VerdictOf(*reply);
      answers.push_back(answer);
    }
    co_return answers;
  }

  /// The time of a secondary runs down; at its start it is whole, for a second.
  Task<bool> IsPrimary(const std::string& place) {
    const auto reply = co_await Ask(place, Question::kWithExpire, target_.algorithms.front());
    co_return reply && reply->has_soa && reply->expire && reply->expire == reply->expires_in;
  }

  EventLoop& loop_;
  const DnsUpdateTarget& target_;
  const SignQuestion& sign_;
  const Deadline deadline_;
  int questions_ = 0;
  bool was_answered_ = false;
  std::optional<StreamFault> fault_;  // the last one
  std::set<std::string> zones_;
};

}  // namespace

Task<DnsUpdateLook> LookAtDnsServer(EventLoop& loop, const DnsUpdateTarget& target,
                                    const std::vector<std::string>& names, const SignQuestion& sign,
                                    Deadline deadline) {
  Inquiry inquiry(loop, target, sign, deadline);
  co_return co_await inquiry.LookAt(names);
}

}  // namespace certhealth
