// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/compact_text.h"

namespace certhealth {

using Sha256 = std::array<std::uint8_t, 32>;

/// Lower-case hexadecimal, two digits a byte.
std::string ToHex(const Sha256& digest);

enum class KeyAlgorithm { kRsa, kEc, kEd25519, kEd448, kDsa, kOther };

struct PublicKey {
  KeyAlgorithm algorithm = KeyAlgorithm::kOther;
  int bits = 0;      // of the modulus or the curve; 0 when unknown
  std::string name;  // "rsa-2048", "ec-p256", "ed25519", "dsa-1024"; "ec-" and the OID of a curve
                     // without a number of bits here; the OID of an algorithm that is none of ours
};

/// One X.509 certificate as plain data (RFC 5280). Every string is valid UTF-8. Immutable once
/// read; shared between all the places it was found in.
struct Certificate {
  Sha256 sha256{};             // of the DER
  Sha256 public_key_sha256{};  // of the SubjectPublicKeyInfo
  std::string serial;          // as `openssl x509 -serial` prints it: upper-case hexadecimal
  std::string subject;         // RFC 2253; a control character is a backslash and two digits
  SharedText issuer;           // RFC 2253
  std::vector<std::string> dns_names;     // of the SAN, in its order, lower case; with ip_addresses
                                          // at most 10,000; control characters as in the subject
  std::vector<std::string> ip_addresses;  // of the SAN; "192.0.2.1", "2001:db8::1"
  WallTime not_before{};                  // both inclusive (RFC 5280, 4.1.2.5)
  WallTime not_after{};
  PublicKey key;
  SharedText signature;          // "ecdsa-with-SHA256", "sha256WithRSAEncryption"
  std::string subject_key_id;    // raw bytes, empty when the extension is absent
  std::string authority_key_id;  // raw bytes
  bool is_ca = false;            // basic constraints say so
  bool is_self_issued = false;   // subject and issuer are the same name
  std::string flaw;  // what is malformed beyond the dates, and so absent above; empty for
                     // nothing

  std::chrono::seconds lifetime() const { return not_after - not_before; }
};

/// Whether `issuer` is named as the issuer of `certificate`: by its subject, and by its key
/// identifier where both give one (RFC 5280, 4.2.1.1). Signatures are not computed.
bool IsIssuedBy(const Certificate& certificate, const Certificate& issuer);

/// Whether a staging environment of a public CA issued it, as its names say ("(STAGING)").
bool IsStaging(const Certificate& certificate);

}  // namespace certhealth
