// SPDX-License-Identifier: Apache-2.0
#include "collectors/certificate_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "collectors/base/utf8.h"
#include "tests/support/certificate_factory.h"

namespace certhealth {
namespace {

using std::chrono::sys_days;
using std::chrono::year;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Result<Certificate> Decode(const std::string& der) {
  const CertificateDecoder decoder;
  return decoder.Decode(der, *decoder.Digest(der));
}

Result<Certificate> Decode(const CertificateSpec& spec) { return Decode(MakeSelfSigned(spec).der); }

TEST(CertificateDecoder, HashesTheWholeAndThePublicKeyAsOpenSslDoes) {
  for (const KeyKind kind : {KeyKind::kEcP256, KeyKind::kRsa2048, KeyKind::kEd25519}) {
    CertificateSpec spec;
    spec.key = kind;
    const MadeCertificate made = MakeSelfSigned(spec);
    const Result<Certificate> certificate = Decode(made.der);
    ASSERT_TRUE(certificate);
    Sha256 digest{};
    X509_digest(made.certificate.get(), EVP_sha256(), digest.data(), nullptr);
    EXPECT_EQ(ToHex(certificate->sha256), ToHex(digest));
    unsigned char* key = nullptr;
    const int length = i2d_PUBKEY(made.key.get(), &key);
    SHA256(key, static_cast<std::size_t>(length), digest.data());
    OPENSSL_free(key);
    EXPECT_EQ(ToHex(certificate->public_key_sha256), ToHex(digest));
  }
}

TEST(CertificateDecoder, NamesEveryKindOfKeyAndItsBits) {
  const std::pair<KeyKind, PublicKey> keys[] = {
      {KeyKind::kEcP256, {KeyAlgorithm::kEc, 256, "ec-p256"}},
      {KeyKind::kEcP384, {KeyAlgorithm::kEc, 384, "ec-p384"}},
      {KeyKind::kEcP521, {KeyAlgorithm::kEc, 521, "ec-p521"}},
      {KeyKind::kEcSecp256k1, {KeyAlgorithm::kEc, 0, "ec-1.3.132.0.10"}},
      {KeyKind::kRsa1024, {KeyAlgorithm::kRsa, 1024, "rsa-1024"}},
      {KeyKind::kRsa2048, {KeyAlgorithm::kRsa, 2048, "rsa-2048"}},
      {KeyKind::kEd25519, {KeyAlgorithm::kEd25519, 256, "ed25519"}},
      {KeyKind::kEd448, {KeyAlgorithm::kEd448, 456, "ed448"}},
  };
  for (const auto& [kind, expected] : keys) {
    CertificateSpec spec;
    spec.key = kind;
    const Result<Certificate> certificate = Decode(spec);
    ASSERT_TRUE(certificate);
    EXPECT_EQ(certificate->key.algorithm, expected.algorithm);
    EXPECT_EQ(certificate->key.bits, expected.bits);
    EXPECT_EQ(certificate->key.name, expected.name);
  }
}

TEST(CertificateDecoder, NamesTheSignatureAsOpenSslPrintsIt) {
  const auto signature = [](KeyKind kind, std::string digest) {
    CertificateSpec spec;
    spec.key = kind;
    spec.digest = std::move(digest);
    return Decode(spec)->signature;
  };
  EXPECT_EQ(signature(KeyKind::kEcP256, "SHA256"), "ecdsa-with-SHA256");
  EXPECT_EQ(signature(KeyKind::kRsa2048, "SHA256"), "sha256WithRSAEncryption");
  EXPECT_EQ(signature(KeyKind::kRsa2048, "SHA1"), "sha1WithRSAEncryption");
  EXPECT_EQ(signature(KeyKind::kEd25519, ""), "ED25519");
}

TEST(CertificateDecoder, ADateThatIsNoneIsAFailureAndNever1970) {
  for (const char* date : {"260230000000Z", "20260101006000Z", "261301000000Z", "x", "99999999",
                           "20260101000000", "260101000000+9999"}) {
    CertificateSpec spec;
    spec.raw_not_after = date;
    const Result<Certificate> certificate = Decode(spec);
    ASSERT_FALSE(certificate) << date;
    EXPECT_EQ(certificate.error().reason, Reason::kBadCertificate);
    EXPECT_THAT(certificate.error().detail, HasSubstr("notAfter is no date"));
    EXPECT_THAT(certificate.error().detail, HasSubstr("CN=example.com"));
    std::swap(spec.raw_not_before, spec.raw_not_after);
    EXPECT_THAT(Decode(spec).error().detail, HasSubstr("notBefore is no date"));
  }
}

TEST(CertificateDecoder, ReadsDatesFromTheYear0To9999) {
  CertificateSpec spec;
  spec.raw_not_before = "00000101000000Z";
  spec.raw_not_after = "99991231235959Z";
  const Result<Certificate> certificate = Decode(spec);
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->not_before, sys_days(year(0) / 1 / 1));
  EXPECT_LT(certificate->not_before.time_since_epoch().count(), 0);
  EXPECT_EQ(certificate->not_after.time_since_epoch().count(), 253402300799);
}

TEST(CertificateDecoder, ReadsUtcTimesAs1950To2049) {
  CertificateSpec spec;
  spec.raw_not_before = "500101000000Z";
  spec.raw_not_after = "491231235959Z";
  const Result<Certificate> certificate = Decode(spec);
  EXPECT_EQ(certificate->not_before, sys_days(year(1950) / 1 / 1));
  EXPECT_EQ(certificate->not_after, sys_days(year(2050) / 1 / 1) - std::chrono::seconds(1));
}

TEST(CertificateDecoder, ADuplicateOrMalformedSanKeepsTheDates) {
  for (const SanShape shape : {SanShape::kDuplicate, SanShape::kMalformed}) {
    CertificateSpec spec;
    spec.san = shape;
    const Result<Certificate> certificate = Decode(spec);
    ASSERT_TRUE(certificate);
    EXPECT_EQ(certificate->not_after, spec.not_after);
    EXPECT_THAT(certificate->dns_names, IsEmpty());
    EXPECT_EQ(certificate->flaw, shape == SanShape::kDuplicate
                                     ? "its subjectAltName is there more than once"
                                     : "its subjectAltName is malformed");
  }
}

TEST(CertificateDecoder, AnAbsentSanIsNoFlaw) {
  CertificateSpec spec;
  spec.dns_names.clear();
  const Result<Certificate> certificate = Decode(spec);
  EXPECT_THAT(certificate->dns_names, IsEmpty());
  EXPECT_EQ(certificate->flaw, "");
}

TEST(CertificateDecoder, ReadsNamesInOrderLowerCaseAndAddressesOfBothKinds) {
  CertificateSpec spec;
  spec.dns_names = {"WWW.Example.COM", "*.example.com", "a.example"};
  spec.ip_addresses = {std::string("\xC0\x00\x02\x01", 4),
                       std::string("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", 16)};
  const Result<Certificate> certificate = Decode(spec);
  EXPECT_THAT(certificate->dns_names, ElementsAre("www.example.com", "*.example.com", "a.example"));
  EXPECT_THAT(certificate->ip_addresses, ElementsAre("192.0.2.1", "2001:db8::1"));
}

TEST(CertificateDecoder, AnAddressOfFiveBytesIsAFlaw) {
  CertificateSpec spec;
  spec.ip_addresses = {"12345"};
  const Result<Certificate> certificate = Decode(spec);
  EXPECT_THAT(certificate->ip_addresses, IsEmpty());
  EXPECT_THAT(certificate->dns_names, SizeIs(1));
  EXPECT_THAT(certificate->flaw, HasSubstr("neither 4 nor 16 bytes"));
}

TEST(CertificateDecoder, ANulNeverTruncatesAName) {
  CertificateSpec spec;
  spec.common_name = std::string("good.example\0.evil.example", 26);
  spec.dns_names = {spec.common_name, "a\nb\\c"};
  const Result<Certificate> certificate = Decode(spec);
  EXPECT_EQ(certificate->subject, "CN=good.example\\00.evil.example");
  EXPECT_THAT(certificate->dns_names, ElementsAre("good.example\\00.evil.example", "a\\0Ab\\5Cc"));
}

TEST(CertificateDecoder, KeepsUtf8AndReplacesWhatIsNone) {
  CertificateSpec spec;
  spec.common_name = "caf\xC3\xA9, Z\xC3\xBCrich";
  spec.dns_names = {"caf\xE9.example"};
  const Result<Certificate> certificate = Decode(spec);
  EXPECT_EQ(certificate->subject, "CN=caf\xC3\xA9\\, Z\xC3\xBCrich");
  EXPECT_THAT(certificate->dns_names, ElementsAre("caf\xEF\xBF\xBD.example"));
}

TEST(CertificateDecoder, CapsTheNumberOfNames) {
  CertificateSpec spec;
  spec.dns_names.assign(10'001, "x.example");
  const Result<Certificate> certificate = Decode(spec);
  EXPECT_THAT(certificate->dns_names, SizeIs(10'000));
  EXPECT_EQ(certificate->flaw, "it has more than 10000 names");
  spec.dns_names.pop_back();
  EXPECT_EQ(Decode(spec)->flaw, "");
}

TEST(CertificateDecoder, PrintsASerialAsOpenSslDoes) {
  CertificateSpec spec;
  const std::pair<const char*, const char*> serials[] = {{"0", "00"},
                                                         {"1", "01"},
                                                         {"-0C", "-0C"},
                                                         {"FF", "FF"},
                                                         {"123456789ABCDEF0", "123456789ABCDEF0"}};
  for (const auto& [given, printed] : serials) {
    spec.serial = given;
    EXPECT_EQ(Decode(spec)->serial, printed);
  }
}

TEST(CertificateDecoder, TellsACaASelfIssuedOneAndTheKeyIdentifiers) {
  const MadeChain made = MakeChain();
  const Result<Certificate> root = Decode(made.root.der);
  const Result<Certificate> intermediate = Decode(made.intermediate.der);
  const Result<Certificate> leaf = Decode(made.leaf.der);
  EXPECT_TRUE(root->is_ca);
  EXPECT_TRUE(root->is_self_issued);
  EXPECT_TRUE(intermediate->is_ca);
  EXPECT_FALSE(intermediate->is_self_issued);
  EXPECT_FALSE(leaf->is_ca);
  EXPECT_THAT(leaf->subject_key_id, SizeIs(20));
  EXPECT_EQ(leaf->authority_key_id, intermediate->subject_key_id);
  EXPECT_TRUE(IsIssuedBy(*leaf, *intermediate));
  EXPECT_TRUE(IsIssuedBy(*intermediate, *root));
  EXPECT_TRUE(IsIssuedBy(*root, *root));
  EXPECT_FALSE(IsIssuedBy(*leaf, *root));
}

TEST(CertificateDecoder, RefusesWhatIsNoCertificate) {
  for (const std::string der : {"", "0", "hello", "\x30\x03\x02\x01\x01"}) {
    EXPECT_EQ(Decode(der).error().reason, Reason::kBadCertificate);
  }
  CertificateSpec spec;
  spec.common_name = "\xFF";  // in a UTF8String: OpenSSL's own readers refuse it too
  EXPECT_THAT(Decode(spec).error().detail, HasSubstr("does not decode: invalid utf8string"));
}

}  // namespace
}  // namespace certhealth
