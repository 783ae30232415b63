// SPDX-License-Identifier: Apache-2.0
#include "collectors/private_key.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <optional>

#include "collectors/openssl_handle.h"

namespace certhealth {
namespace {

using KeyHandle = OpenSslHandle<EVP_PKEY, EVP_PKEY_free>;

/// Instead of OpenSSL's default, which asks on the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

KeyHandle ReadKey(const std::string& pem) {
  const OpenSslHandle<BIO, BIO_free> bytes(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return KeyHandle(PEM_read_bio_PrivateKey(bytes.get(), nullptr, NoPassphrase, nullptr));
}

/// The SHA-256 of the SubjectPublicKeyInfo of its public half.
std::optional<Sha256> PublicDigestOf(EVP_PKEY* key) {
  std::string der;
  const int length = i2d_PUBKEY(key, nullptr);
  if (length <= 0) return std::nullopt;
  der.resize(static_cast<std::size_t>(length));
  auto* end = reinterpret_cast<unsigned char*>(der.data());
  i2d_PUBKEY(key, &end);
  Sha256 digest{};
  if (EVP_Digest(der.data(), der.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    return std::nullopt;
  }
  return digest;
}

}  // namespace

Result<bool> KeyMatches(std::string pem, const Certificate& certificate) {
  const KeyHandle key = ReadKey(pem);
  OPENSSL_cleanse(pem.data(), pem.size());
  bool matches = false;
  bool is_known = key != nullptr;
  // A point of a curve has two encodings, and a certificate may have either.
  for (const char* format : {"", "uncompressed", "compressed"}) {
    if (!is_known || matches) break;
    if (*format != '\0' &&
        EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                       format) != 1) {
      break;  // no key of a curve
    }
    const std::optional<Sha256> digest = PublicDigestOf(key.get());
    is_known = digest.has_value();
    matches = digest == certificate.public_key_sha256;
  }
  ERR_clear_error();
  if (!is_known) return Failure{Reason::kBadText, "not a private key that can be read"};
  return matches;
}

}  // namespace certhealth
