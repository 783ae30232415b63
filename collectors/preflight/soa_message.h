// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certhealth {

/// The message that asks a server for the SOA of `name`, of its own knowledge (without the bit RD),
/// as certbot's dns-rfc2136 asks; nullopt for what is no DNS name.
std::optional<std::string> MakeSoaQuestion(const std::string& name, std::uint16_t id);

/// `question` with EDNS and the option EXPIRE (RFC 7314): how long a server would go on to serve
/// the zone without hearing of its primary.
std::string WithExpireOption(const std::string& question);

/// What a server answers to a question for the SOA of a name.
struct SoaReply {
  int code = 0;  // RCODE, of the header: 5 REFUSED, 9 NOTAUTH
  /// An SOA of the very name that was asked for, by authority (the bit AA).
  bool has_soa = false;
  /// In seconds: as the SOA sets it, and what is left of it. A primary tells the whole of it,
  /// always.
  std::optional<std::uint32_t> expire;
  std::optional<std::uint32_t> expires_in;
  /// Of the TSIG record (RFC 8945, 3): 16 BADSIG, 17 BADKEY, 18 BADTIME; absent without one.
  std::optional<int> tsig_error;
};

/// Reads the answer to `question`, which has no options and no signature. nullopt for what does not
/// answer it, or does not parse. Pure.
std::optional<SoaReply> ReadSoaReply(std::string_view message, const std::string& question);

}  // namespace certhealth
