// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/clock.h"

namespace certhealth {

/// Those that certbot's dns-rfc2136 knows.
enum class TsigAlgorithm { kMd5, kSha1, kSha224, kSha256, kSha384, kSha512 };

/// As credentials name it, in lower case: "hmac-sha512".
std::string_view NameOf(TsigAlgorithm algorithm);

/// Letters of any case; nullopt for what certbot does not know either.
std::optional<TsigAlgorithm> ParseTsigAlgorithm(std::string_view text);

/// A name and the secret that goes with it, which is overwritten at the end.
class TsigKey {
 public:
  TsigKey(std::string name, std::vector<unsigned char> secret)
      : name_(std::move(name)), secret_(std::move(secret)) {}
  ~TsigKey();
  TsigKey(TsigKey&&) noexcept = default;
  TsigKey& operator=(TsigKey&&) = delete;

  const std::string& name() const { return name_; }
  const std::vector<unsigned char>& secret() const { return secret_; }

 private:
  std::string name_;
  std::vector<unsigned char> secret_;  // no std::string: a short one leaves a copy where it was
};

/// `message`, a whole DNS message without a signature, signed with `key` (RFC 8945), as dnspython
/// signs for certbot: five minutes of fudge. nullopt for a key whose name is no DNS name, or where
/// OpenSSL lacks the algorithm.
std::optional<std::string> SignDnsMessage(std::string_view message, const TsigKey& key,
                                          TsigAlgorithm algorithm, WallTime now);

}  // namespace certhealth
