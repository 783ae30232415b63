// SPDX-License-Identifier: Apache-2.0
#include "tests/support/certificate_factory.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <map>
#include <mutex>
#include <stdexcept>
#include <string_view>

namespace certhealth {
namespace {

/// Ends the test that asked for something OpenSSL refuses.
template <typename T>
T Check(T value, const char* what) {
  if (!value) throw std::runtime_error(std::string("certificate_factory: ") + what);
  return value;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

EVP_PKEY* GenerateKey(KeyKind kind) {
  switch (kind) {
    case KeyKind::kEcP256:
      return EVP_EC_gen("P-256");
    case KeyKind::kEcP384:
      return EVP_EC_gen("P-384");
    case KeyKind::kEcP521:
      return EVP_EC_gen("P-521");
    case KeyKind::kEcSecp256k1:
      return EVP_EC_gen("secp256k1");
    case KeyKind::kRsa1024:
      return EVP_RSA_gen(1024);
    case KeyKind::kRsa2048:
      return EVP_RSA_gen(2048);
    case KeyKind::kEd25519:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    case KeyKind::kEd448:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448");
  }
  return nullptr;
}

std::shared_ptr<EVP_PKEY> KeyOf(KeyKind kind) {
  static std::mutex mutex;
  static std::map<KeyKind, std::shared_ptr<EVP_PKEY>> keys;
  const std::lock_guard lock(mutex);
  std::shared_ptr<EVP_PKEY>& key = keys[kind];
  if (!key) key = {Check(GenerateKey(kind), "no key"), EVP_PKEY_free};
  return key;
}

using Asn1Time = std::unique_ptr<ASN1_TIME, decltype(&ASN1_STRING_free)>;

Asn1Time MakeTime(WallTime time, const std::string& raw) {
  if (raw.empty()) {
    const std::chrono::seconds since_epoch = time.time_since_epoch();
    return {Check(ASN1_TIME_set(nullptr, since_epoch.count()), "no such time"), ASN1_STRING_free};
  }
  Asn1Time made(ASN1_STRING_type_new(raw.size() == 13 ? V_ASN1_UTCTIME : V_ASN1_GENERALIZEDTIME),
                ASN1_STRING_free);
  Check(ASN1_STRING_set(made.get(), raw.data(), static_cast<int>(raw.size())), "time");
  return made;
}

void AddToName(X509_NAME* name, int attribute, const std::string& bytes) {
  if (bytes.empty()) return;
  // V_ASN1_UTF8STRING, a type rather than a charset, keeps OpenSSL from looking at the bytes.
  Check(X509_NAME_add_entry_by_NID(name, attribute, V_ASN1_UTF8STRING, Bytes(bytes),
                                   static_cast<int>(bytes.size()), -1, 0),
        "name");
}

void AddExtension(X509* certificate, int nid, const std::string& der) {
  const std::unique_ptr<ASN1_OCTET_STRING, decltype(&ASN1_STRING_free)> value(
      ASN1_OCTET_STRING_new(), ASN1_STRING_free);
  ASN1_OCTET_STRING_set(value.get(), Bytes(der), static_cast<int>(der.size()));
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509_EXTENSION_create_by_NID(nullptr, nid, 0, value.get()), X509_EXTENSION_free);
  Check(X509_add_ext(certificate, extension.get(), -1), "extension");
}

void AddExtension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      Check(X509V3_EXT_conf_nid(nullptr, &context, nid, value), value), X509_EXTENSION_free);
  Check(X509_add_ext(certificate, extension.get(), -1), value);
}

std::string ToDer(std::string_view content, char tag) {
  std::string der(1, tag);
  if (content.size() < 128) {
    der += static_cast<char>(content.size());
  } else {
    der += '\x83';  // three bytes of length, whatever it is: good enough for BER, and for tests
    for (const unsigned shift : {16U, 8U, 0U}) der += static_cast<char>(content.size() >> shift);
  }
  return der.append(content);
}

void AddSan(X509* certificate, const CertificateSpec& spec) {
  std::string names;
  for (const std::string& name : spec.dns_names) names += ToDer(name, '\x82');
  for (const std::string& address : spec.ip_addresses) names += ToDer(address, '\x87');
  if (names.empty()) return;
  std::string san = ToDer(names, '\x30');
  if (spec.san == SanShape::kMalformed) san = "\x30\x7f no general names";
  AddExtension(certificate, NID_subject_alt_name, san);
  if (spec.san == SanShape::kDuplicate) AddExtension(certificate, NID_subject_alt_name, san);
}

void SetSerial(X509* certificate, const std::string& hexadecimal) {
  BIGNUM* number = nullptr;
  Check(BN_hex2bn(&number, hexadecimal.c_str()), "serial");
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
}

const EVP_MD* DigestFor(const CertificateSpec& spec, EVP_PKEY* signing_key) {
  const int type = EVP_PKEY_get_base_id(signing_key);
  if (type == EVP_PKEY_ED25519 || type == EVP_PKEY_ED448) return nullptr;
  return Check(EVP_get_digestbyname(spec.digest.c_str()), "no such digest");
}

template <typename Write>
std::string ToPem(const Write& write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  Check(write(bio.get()), "PEM");
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(length)};
}

MadeCertificate Make(const CertificateSpec& spec, const MadeCertificate* issuer) {
  MadeCertificate made;
  made.key = KeyOf(spec.key);
  made.certificate = {X509_new(), X509_free};
  X509* const certificate = made.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  SetSerial(certificate, spec.serial);
  X509_set1_notBefore(certificate, MakeTime(spec.not_before, spec.raw_not_before).get());
  X509_set1_notAfter(certificate, MakeTime(spec.not_after, spec.raw_not_after).get());
  AddToName(X509_get_subject_name(certificate), NID_organizationName, spec.organization);
  AddToName(X509_get_subject_name(certificate), NID_commonName, spec.common_name);
  X509* const signer = issuer == nullptr ? certificate : issuer->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(signer));
  Check(X509_set_pubkey(certificate, made.key.get()), "public key");

  AddExtension(certificate, signer, NID_basic_constraints, spec.is_ca ? "CA:TRUE" : "CA:FALSE");
  AddExtension(certificate, signer, NID_subject_key_identifier, "hash");
  AddExtension(certificate, signer, NID_authority_key_identifier, "keyid");
  AddSan(certificate, spec);
  if (!spec.extended_key_usage.empty()) {
    AddExtension(certificate, signer, NID_ext_key_usage, spec.extended_key_usage.c_str());
  }
  if (!spec.ca_issuers.empty()) {
    const std::string access = "caIssuers;URI:" + spec.ca_issuers;
    AddExtension(certificate, signer, NID_info_access, access.c_str());
  }

  EVP_PKEY* const signing_key = issuer == nullptr ? made.key.get() : issuer->key.get();
  Check(X509_sign(certificate, signing_key, DigestFor(spec, signing_key)), "signature");
  made.der.resize(static_cast<std::size_t>(Check(i2d_X509(certificate, nullptr), "DER")));
  auto* end = reinterpret_cast<unsigned char*>(made.der.data());
  i2d_X509(certificate, &end);
  made.pem = ToPem([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
  made.private_key_pem = ToPem([&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, made.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return made;
}

}  // namespace

MadeCertificate MakeSelfSigned(const CertificateSpec& spec) { return Make(spec, nullptr); }

MadeCertificate MakeIssuedBy(const MadeCertificate& issuer, const CertificateSpec& spec) {
  return Make(spec, &issuer);
}

MadeChain MakeChain(const CertificateSpec& spec) {
  const auto authority = [](std::string name, KeyKind key, int years) {
    CertificateSpec ca;
    ca.common_name = std::move(name);
    ca.dns_names.clear();
    ca.key = key;
    ca.is_ca = true;
    ca.not_before = std::chrono::sys_days(std::chrono::year(2025) / 1 / 1);
    ca.not_after = std::chrono::sys_days(std::chrono::year(2025 + years) / 1 / 1);
    return ca;
  };
  MadeChain chain;
  chain.root = MakeSelfSigned(authority("Test Root", KeyKind::kEcP521, 20));
  chain.intermediate =
      MakeIssuedBy(chain.root, authority("Test Intermediate", KeyKind::kEcP384, 10));
  chain.leaf = MakeIssuedBy(chain.intermediate, spec);
  return chain;
}

}  // namespace certhealth
