// SPDX-License-Identifier: Apache-2.0
#include "collectors/certificate_request.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "collectors/openssl_handle.h"

namespace certhealth {
namespace {

constexpr int kMaxNames = 1'000;  // as many as there are, a certificate has at most 100
constexpr int kMaxNameBytes = 255;

void FreeExtensions(STACK_OF(X509_EXTENSION) * extensions) {
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
}

using Request = OpenSslHandle<X509_REQ, X509_REQ_free>;
using Extensions = OpenSslHandle<STACK_OF(X509_EXTENSION), FreeExtensions>;
using Names = OpenSslHandle<GENERAL_NAMES, GENERAL_NAMES_free>;

/// Without it OpenSSL would ask the terminal for the password of text that claims to be encrypted.
int NoPassword(char*, int, int, void*) { return -1; }

Failure Bad(std::string_view what) {
  ERR_clear_error();
  return {Reason::kBadText, "the certificate request " + std::string(what)};
}

/// A host name in lower case; nothing for what is none.
std::optional<std::string> HostName(const ASN1_STRING* text) {
  const int length = ASN1_STRING_length(text);
  if (length <= 0 || length > kMaxNameBytes) return std::nullopt;
  std::string name(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                   static_cast<std::size_t>(length));
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool is_known = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                          c == '.' || c == '_' || c == '*';
    if (!is_known) return std::nullopt;
  }
  return name;
}

/// Empty when there are none, or others than host names.
std::vector<std::string> HostNamesOf(X509_REQ* request) {
  std::vector<std::string> found;
  const Extensions extensions(X509_REQ_get_extensions(request));
  const Names names(static_cast<GENERAL_NAMES*>(
      X509V3_get_d2i(extensions.get(), NID_subject_alt_name, nullptr, nullptr)));
  const int count = sk_GENERAL_NAME_num(names.get());  // -1 for null
  if (count > kMaxNames) return {};
  for (int i = 0; i < count; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    std::optional<std::string> host =
        name->type == GEN_DNS ? HostName(name->d.dNSName) : std::nullopt;
    if (!host) return {};
    found.push_back(*std::move(host));
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::optional<Sha256> KeyDigestOf(X509_REQ* request) {
  unsigned char* der = nullptr;
  const int length = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(request), &der);
  if (length <= 0) return std::nullopt;
  Sha256 digest{};
  const int done = EVP_Digest(der, static_cast<std::size_t>(length), digest.data(), nullptr,
                              EVP_sha256(), nullptr);
  OPENSSL_free(der);
  return done == 1 ? std::optional(digest) : std::nullopt;
}

}  // namespace

Result<CertificateRequest> ReadCertificateRequest(std::string_view pem) {
  const OpenSslHandle<BIO, BIO_free> bytes(
      BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), 1U << 20U))));
  if (!bytes) return Bad("could not be held in memory");
  const Request request(PEM_read_bio_X509_REQ(bytes.get(), nullptr, NoPassword, nullptr));
  if (!request) return Bad("does not decode");
  CertificateRequest told;
  told.dns_names = HostNamesOf(request.get());
  if (told.dns_names.empty()) return Bad("does not ask for host names alone");
  const std::optional<Sha256> digest = KeyDigestOf(request.get());
  if (!digest) return Bad("has no usable key");
  told.public_key_sha256 = *digest;
  ERR_clear_error();
  return told;
}

}  // namespace certhealth
