// SPDX-License-Identifier: Apache-2.0
#include "collectors/certificate_decoder.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <optional>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/openssl_handle.h"
#include "collectors/public_key.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxNames = 10'000;

using X509Handle = OpenSslHandle<X509, X509_free>;

std::string_view ViewOf(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

/// As i2a_ASN1_INTEGER writes it, which is what `openssl x509 -serial` calls.
std::string SerialOf(const X509* x509) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const ASN1_INTEGER* serial = X509_get0_serialNumber(x509);
  std::string text = ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER ? "-" : "";
  for (const char c : ViewOf(serial)) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xFU];
  }
  if (ViewOf(serial).empty()) text += "00";
  return text;
}

/// By RFC 2253, but with characters outside ASCII as they are. Control characters, NUL among them,
/// come out as a backslash and two digits.
std::string TextOf(const X509_NAME* name) {
  const OpenSslHandle<BIO, BIO_free> text(BIO_new(BIO_s_mem()));
  const unsigned long flags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (X509_NAME_print_ex(text.get(), name, 0, flags) < 0) {
    // A string that does not convert, such as UTF-16 with half a surrogate: its bytes, then.
    BIO_reset(text.get());
    X509_NAME_print_ex(text.get(), name, 0, XN_FLAG_RFC2253 | ASN1_STRFLGS_DUMP_ALL);
  }
  const char* bytes = nullptr;
  const long length = BIO_get_mem_data(text.get(), &bytes);
  return ToValidUtf8({bytes, static_cast<std::size_t>(length)});
}

/// Nothing when it is no moment in time, which OpenSSL finds out only now, not when it reads the
/// certificate. The years 0 to 9999 can be told.
std::optional<WallTime> TimeOf(const ASN1_TIME* time) {
  std::tm utc{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &utc) != 1) return std::nullopt;
  using std::chrono::year;
  const std::chrono::sys_days day = year(utc.tm_year + 1900) / (utc.tm_mon + 1) / utc.tm_mday;
  return day + std::chrono::hours(utc.tm_hour) + std::chrono::minutes(utc.tm_min) +
         std::chrono::seconds(utc.tm_sec);
}

/// A DNS name of the SAN, made safe to show. A name that is one is returned in lower case.
std::string DnsNameOf(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string name;
  name.reserve(bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || c == '\\') {
      name += {'\\', kDigits[byte >> 4U], kDigits[byte & 0xFU]};
    } else {
      name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return IsValidUtf8(name) ? name : ToValidUtf8(name);
}

std::optional<std::string> AddressOf(std::string_view bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) return std::nullopt;
  char text[INET6_ADDRSTRLEN];
  if (inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof text) ==
      nullptr) {
    return std::nullopt;
  }
  return text;
}

std::string SignatureOf(const X509* x509) {
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, X509_get0_tbs_sigalg(x509));
  char text[128] = "";
  OBJ_obj2txt(text, sizeof text, algorithm, 0);
  return ToValidUtf8(text);
}

std::string DerOf(const X509_PUBKEY* key) {
  std::string der;
  const int length = i2d_X509_PUBKEY(key, nullptr);
  if (length <= 0) return der;
  der.resize(static_cast<std::size_t>(length));
  auto* end = reinterpret_cast<unsigned char*>(der.data());
  i2d_X509_PUBKEY(key, &end);
  return der;
}

void AddFlaw(Certificate& certificate, std::string_view flaw) {
  if (!certificate.flaw.empty()) certificate.flaw += "; ";
  certificate.flaw += flaw;
}

/// The extension `nid` of `x509`, null when there is none. OpenSSL returns null for two faults too:
/// they become flaws.
template <typename T, auto Free>
OpenSslHandle<T, Free> Extension(const X509* x509, int nid, Certificate& certificate) {
  int critical = 0;
  OpenSslHandle<T, Free> extension(
      static_cast<T*>(X509_get_ext_d2i(x509, nid, &critical, nullptr)));
  if (extension || critical == -1) return extension;
  AddFlaw(certificate, std::string("its ") + OBJ_nid2sn(nid) +
                           (critical == -2 ? " is there more than once" : " is malformed"));
  return nullptr;
}

void ReadNames(const X509* x509, Certificate& certificate) {
  const auto names =
      Extension<GENERAL_NAMES, GENERAL_NAMES_free>(x509, NID_subject_alt_name, certificate);
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
    if (certificate.dns_names.size() + certificate.ip_addresses.size() == kMaxNames) {
      AddFlaw(certificate, "it has more than " + std::to_string(kMaxNames) + " names");
      return;
    }
    if (name->type == GEN_DNS) {
      certificate.dns_names.push_back(DnsNameOf(ViewOf(name->d.dNSName)));
    } else if (std::optional<std::string> address = AddressOf(ViewOf(name->d.iPAddress))) {
      certificate.ip_addresses.push_back(*std::move(address));
    } else if (certificate.flaw.empty()) {
      AddFlaw(certificate, "an IP address in its subjectAltName has neither 4 nor 16 bytes");
    }
  }
}

void ReadExtensions(const X509* x509, Certificate& certificate) {
  ReadNames(x509, certificate);
  const auto constraints = Extension<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>(
      x509, NID_basic_constraints, certificate);
  certificate.is_ca = constraints != nullptr && constraints->ca != 0;
  const auto subject_key = Extension<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>(
      x509, NID_subject_key_identifier, certificate);
  if (subject_key) certificate.subject_key_id = ViewOf(subject_key.get());
  const auto authority_key = Extension<AUTHORITY_KEYID, AUTHORITY_KEYID_free>(
      x509, NID_authority_key_identifier, certificate);
  if (authority_key && authority_key->keyid != nullptr) {
    certificate.authority_key_id = ViewOf(authority_key->keyid);
  }
}

std::string LastOpenSslError() {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  std::string text = reason == nullptr ? "unknown error" : reason;
  ERR_clear_error();
  return text;
}

}  // namespace

struct CertificateDecoder::OpenSsl {
  // OpenSSL 3.0 decodes the public key of each certificate it reads, and takes nine times as long
  // for that as for the rest. Without an algorithm at hand it leaves the key alone.
  OpenSslHandle<OSSL_LIB_CTX, OSSL_LIB_CTX_free> no_algorithms{OSSL_LIB_CTX_new()};
  // Not into the default context, where it would be in the way of every algorithm.
  OpenSslHandle<OSSL_PROVIDER, OSSL_PROVIDER_unload> null_provider{
      no_algorithms ? OSSL_PROVIDER_load(no_algorithms.get(), "null") : nullptr};
  // Fetched once: EVP_sha256() would be looked up for every digest.
  OpenSslHandle<EVP_MD, EVP_MD_free> sha256{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
};

CertificateDecoder::CertificateDecoder() : openssl_(std::make_unique<OpenSsl>()) {}
CertificateDecoder::~CertificateDecoder() = default;

Result<Sha256> CertificateDecoder::Digest(std::string_view bytes) const {
  Sha256 digest{};
  if (openssl_->sha256 && EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr,
                                     openssl_->sha256.get(), nullptr) == 1) {
    return digest;
  }
  return Failure{Reason::kReadFailed, "OpenSSL has no SHA-256: " + LastOpenSslError()};
}

Result<Certificate> CertificateDecoder::Decode(std::string_view der, const Sha256& sha256) const {
  const auto* position = reinterpret_cast<const unsigned char*>(der.data());
  X509* decoded = X509_new_ex(openssl_->no_algorithms.get(), nullptr);
  // Frees `decoded` and makes it null when it fails.
  d2i_X509(&decoded, &position, static_cast<long>(der.size()));
  const X509Handle x509(decoded);
  if (!x509) return Failure{Reason::kBadCertificate, "does not decode: " + LastOpenSslError()};

  Certificate certificate;
  certificate.sha256 = sha256;
  certificate.subject = TextOf(X509_get_subject_name(x509.get()));
  const std::optional<WallTime> not_before = TimeOf(X509_get0_notBefore(x509.get()));
  const std::optional<WallTime> not_after = TimeOf(X509_get0_notAfter(x509.get()));
  if (!not_before || !not_after) {
    return Failure{Reason::kBadCertificate, std::string(not_before ? "notAfter" : "notBefore") +
                                                " is no date, subject " + certificate.subject};
  }
  certificate.not_before = *not_before;
  certificate.not_after = *not_after;
  certificate.serial = SerialOf(x509.get());
  certificate.issuer = TextOf(X509_get_issuer_name(x509.get()));
  certificate.is_self_issued =
      X509_NAME_cmp(X509_get_subject_name(x509.get()), X509_get_issuer_name(x509.get())) == 0;

  const X509_PUBKEY* key = X509_get_X509_PUBKEY(x509.get());
  const Result<Sha256> key_digest = Digest(DerOf(key));
  if (!key_digest) return key_digest.error();
  certificate.public_key_sha256 = *key_digest;
  certificate.key = DescribePublicKey(key);
  certificate.signature = SignatureOf(x509.get());
  ReadExtensions(x509.get(), certificate);
  ERR_clear_error();
  return certificate;
}

}  // namespace certhealth
