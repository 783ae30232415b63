// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/tsig.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "collectors/base/ascii.h"

namespace certhealth {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kAdditionalCount = 10;  // its place in the header
constexpr std::uint64_t kFudgeSeconds = 300;
constexpr std::uint64_t kTypeTsig = 250;
constexpr std::uint64_t kClassAny = 255;
constexpr std::size_t kMostLabelBytes = 63;
constexpr std::size_t kMostNameBytes = 255;  // on the wire

struct AlgorithmKind {
  TsigAlgorithm algorithm;
  std::string_view name;       // in credentials
  std::string_view wire_name;  // RFC 8945, 6
  const EVP_MD* (*digest)();
};
constexpr auto kAlgorithms = std::to_array<AlgorithmKind>({
    {TsigAlgorithm::kMd5, "hmac-md5", "hmac-md5.sig-alg.reg.int", EVP_md5},
    {TsigAlgorithm::kSha1, "hmac-sha1", "hmac-sha1", EVP_sha1},
    {TsigAlgorithm::kSha224, "hmac-sha224", "hmac-sha224", EVP_sha224},
    {TsigAlgorithm::kSha256, "hmac-sha256", "hmac-sha256", EVP_sha256},
    {TsigAlgorithm::kSha384, "hmac-sha384", "hmac-sha384", EVP_sha384},
    {TsigAlgorithm::kSha512, "hmac-sha512", "hmac-sha512", EVP_sha512},
});

const AlgorithmKind& KindOf(TsigAlgorithm algorithm) {
  return *std::ranges::find(kAlgorithms, algorithm, &AlgorithmKind::algorithm);
}

/// `number` in `count` bytes, the highest first.
std::string Bytes(std::uint64_t number, std::size_t count) {
  std::string bytes;
  for (std::size_t i = count; i-- > 0;) bytes += static_cast<char>(number >> (8 * i) & 0xFFU);
  return bytes;
}

/// In the canonical form that is signed: lower case, nothing compressed (RFC 8945, 4.3.3).
std::optional<std::string> WireName(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string wire;
  while (true) {
    const std::string_view label = name.substr(0, name.find('.'));
    if (label.empty() || label.size() > kMostLabelBytes) return std::nullopt;
    wire += static_cast<char>(label.size());
    wire += LowerAscii(label);
    if (label.size() == name.size()) break;
    name.remove_prefix(label.size() + 1);
  }
  wire += '\0';
  if (wire.size() > kMostNameBytes) return std::nullopt;
  return wire;
}

std::optional<std::string> Mac(const EVP_MD* digest, const std::vector<unsigned char>& secret,
                               const std::string& data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  if (HMAC(digest, secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(data.data()), data.size(), mac.data(),
           &size) == nullptr)
    return std::nullopt;
  return std::string(reinterpret_cast<const char*>(mac.data()), size);
}

}  // namespace

std::string_view NameOf(TsigAlgorithm algorithm) { return KindOf(algorithm).name; }

std::optional<TsigAlgorithm> ParseTsigAlgorithm(std::string_view text) {
  const auto found = std::ranges::find(kAlgorithms, LowerAscii(text), &AlgorithmKind::name);
  if (found == kAlgorithms.end()) return std::nullopt;
  return found->algorithm;
}

TsigKey::~TsigKey() { OPENSSL_cleanse(secret_.data(), secret_.size()); }

std::optional<std::string> SignDnsMessage(std::string_view message, const TsigKey& key,
                                          TsigAlgorithm algorithm, WallTime now) {
  const AlgorithmKind& kind = KindOf(algorithm);
  const auto name = WireName(key.name());
  const auto algorithm_name = WireName(kind.wire_name);
  if (message.size() < kHeaderBytes || !name || !algorithm_name) return std::nullopt;
  const std::string time = Bytes(static_cast<std::uint64_t>(now.time_since_epoch().count()), 6) +
                           Bytes(kFudgeSeconds, 2);
  const std::string no_error = Bytes(0, 2) + Bytes(0, 2);  // error, and nothing further
  const std::string owner = *name + Bytes(kTypeTsig, 2) + Bytes(kClassAny, 2) + Bytes(0, 4);
  const auto mac = Mac(kind.digest(), key.secret(),
                       std::string(message) + *name + Bytes(kClassAny, 2) + Bytes(0, 4) +
                           *algorithm_name + time + no_error);
  if (!mac) return std::nullopt;
  const std::string data = *algorithm_name + time + Bytes(mac->size(), 2) + *mac +
                           std::string(message.substr(0, 2)) + no_error;
  std::string whole(message);
  const unsigned count = static_cast<std::uint8_t>(whole[kAdditionalCount]) * 256U +
                         static_cast<std::uint8_t>(whole[kAdditionalCount + 1]);
  whole.replace(kAdditionalCount, 2, Bytes(count + 1, 2));
  return whole + owner + Bytes(data.size(), 2) + data;
}

}  // namespace certhealth
