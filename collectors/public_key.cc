// SPDX-License-Identifier: Apache-2.0
#include "collectors/public_key.h"

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <bit>
#include <optional>
#include <span>

namespace certhealth {
namespace {

using Bytes = std::span<const unsigned char>;

/// The content of the element of type `tag` at the start of `der`.
std::optional<Bytes> Content(Bytes der, int tag) {
  const unsigned char* content = der.data();
  long length = 0;
  int found = 0;
  int tag_class = 0;
  const int flags =
      ASN1_get_object(&content, &length, &found, &tag_class, static_cast<long>(der.size()));
  if ((flags & 0x80) != 0 || found != tag || tag_class != V_ASN1_UNIVERSAL) return std::nullopt;
  return Bytes(content, static_cast<std::size_t>(length));
}

/// Bits of the INTEGER at the start of `der`; 0 when there is none.
int BitsOfInteger(Bytes der) {
  std::optional<Bytes> content = Content(der, V_ASN1_INTEGER);
  if (!content) return 0;
  while (!content->empty() && content->front() == 0) *content = content->subspan(1);
  if (content->empty()) return 0;
  return static_cast<int>(content->size() - 1) * 8 +
         static_cast<int>(std::bit_width(content->front()));
}

/// Bits of the first INTEGER of the SEQUENCE `der`: an RSA key's modulus (RFC 8017, A.1.1), a DSA
/// key's prime (RFC 3279, 2.3.2).
int BitsOfFirstInteger(Bytes der) {
  const std::optional<Bytes> sequence = Content(der, V_ASN1_SEQUENCE);
  return sequence ? BitsOfInteger(*sequence) : 0;
}

std::string OidOf(const ASN1_OBJECT* object) {
  char text[128];
  const int length = OBJ_obj2txt(text, sizeof text, object, 1);
  return length > 0 && length < static_cast<int>(sizeof text) ? std::string(text) : "unknown";
}

/// From the parameters, which name the curve (RFC 5480, 2.1.1).
PublicKey DescribeEc(const ASN1_TYPE* parameters) {
  if (parameters == nullptr || ASN1_TYPE_get(parameters) != V_ASN1_OBJECT) {
    return {KeyAlgorithm::kEc, 0, "ec-explicit"};
  }
  switch (OBJ_obj2nid(parameters->value.object)) {
    case NID_X9_62_prime256v1:
      return {KeyAlgorithm::kEc, 256, "ec-p256"};
    case NID_secp384r1:
      return {KeyAlgorithm::kEc, 384, "ec-p384"};
    case NID_secp521r1:
      return {KeyAlgorithm::kEc, 521, "ec-p521"};
    default:
      return {KeyAlgorithm::kEc, 0, "ec-" + OidOf(parameters->value.object)};
  }
}

PublicKey WithBits(KeyAlgorithm algorithm, const std::string& name, int bits) {
  return {algorithm, bits, bits == 0 ? name : name + "-" + std::to_string(bits)};
}

}  // namespace

PublicKey DescribePublicKey(const X509_PUBKEY* key) {
  ASN1_OBJECT* algorithm = nullptr;
  const unsigned char* bytes = nullptr;
  int length = 0;
  X509_ALGOR* identifier = nullptr;
  if (X509_PUBKEY_get0_param(&algorithm, &bytes, &length, &identifier, key) != 1) return {};
  const ASN1_TYPE* parameters = identifier->parameter;
  switch (OBJ_obj2nid(algorithm)) {
    case NID_rsaEncryption:
      return WithBits(KeyAlgorithm::kRsa, "rsa",
                      BitsOfFirstInteger({bytes, static_cast<std::size_t>(length)}));
    case NID_rsassaPss:
      return WithBits(KeyAlgorithm::kRsa, "rsa-pss",
                      BitsOfFirstInteger({bytes, static_cast<std::size_t>(length)}));
    case NID_dsa: {
      int bits = 0;
      if (parameters != nullptr && ASN1_TYPE_get(parameters) == V_ASN1_SEQUENCE) {
        const ASN1_STRING* der = parameters->value.sequence;
        bits = BitsOfFirstInteger(
            {ASN1_STRING_get0_data(der), static_cast<std::size_t>(ASN1_STRING_length(der))});
      }
      return WithBits(KeyAlgorithm::kDsa, "dsa", bits);
    }
    case NID_X9_62_id_ecPublicKey:
      return DescribeEc(parameters);
    case NID_ED25519:
      return {KeyAlgorithm::kEd25519, 256, "ed25519"};
    case NID_ED448:
      return {KeyAlgorithm::kEd448, 456, "ed448"};
    default:
      return {KeyAlgorithm::kOther, 0, OidOf(algorithm)};
  }
}

}  // namespace certhealth
