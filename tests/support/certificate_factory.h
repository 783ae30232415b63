// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <vector>

#include "collectors/base/clock.h"

namespace certhealth {

enum class KeyKind {
  kEcP256,
  kEcP384,
  kEcP521,
  kEcSecp256k1,
  kRsa1024,
  kRsa2048,
  kEd25519,
  kEd448
};

enum class SanShape {
  kWellFormed,
  kDuplicate,  // the extension is there twice, which RFC 5280, 4.2 forbids
  kMalformed,  // its bytes are no GeneralNames
};

/// What a made certificate is to say. The defaults are those of a healthy leaf of the year 2026.
struct CertificateSpec {
  // UTF8Strings, byte for byte: they may hold a NUL. Without valid UTF-8 OpenSSL refuses to read
  // the certificate. Empty: absent.
  std::string common_name = "example.com";
  std::string organization = {};

  std::vector<std::string> dns_names = {"example.com"};  // byte for byte; no SAN without names
  std::vector<std::string> ip_addresses = {};            // raw, 4 or 16 bytes
  SanShape san = SanShape::kWellFormed;

  WallTime not_before = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  WallTime not_after = std::chrono::sys_days(std::chrono::year(2026) / 4 / 1);
  // The text of the ASN.1 time instead, taken as it is: "260230000000Z" is the 30th of February.
  // With 13 characters it is a UTCTime, otherwise a GeneralizedTime.
  std::string raw_not_before = {};
  std::string raw_not_after = {};

  std::string serial = "4C9DD963";  // hexadecimal, "-" in front for a negative one
  KeyKind key = KeyKind::kEcP256;
  std::string digest = "SHA256";  // of the signature: "SHA1"; Ed25519 and Ed448 have their own
  bool is_ca = false;
  std::string extended_key_usage = {};  // "clientAuth"; empty: absent
  std::string ca_issuers = {};          // the URL of the issuer's certificate; empty: absent
};

/// A certificate and the key it is for. Copies share the OpenSSL objects.
struct MadeCertificate {
  std::string pem;
  std::string der;
  std::string private_key_pem;
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;
};

/// A certificate signed with its own key. Keys are made once for each kind and then shared, so two
/// certificates of one kind have the same public key. Throws std::runtime_error.
MadeCertificate MakeSelfSigned(const CertificateSpec& spec);

/// A certificate that `issuer` signed, with the issuer's name and key identifier.
MadeCertificate MakeIssuedBy(const MadeCertificate& issuer, const CertificateSpec& spec);

/// A root, an intermediate and a leaf for `spec`, each issued by the one before. They are valid for
/// twenty years, ten years, and as `spec` says.
struct MadeChain {
  MadeCertificate root;
  MadeCertificate intermediate;
  MadeCertificate leaf;

  /// What certbot writes: leaf, intermediate.
  std::string FullchainPem() const { return leaf.pem + intermediate.pem; }
};
MadeChain MakeChain(const CertificateSpec& spec = {});

}  // namespace certhealth
