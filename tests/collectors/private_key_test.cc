// SPDX-License-Identifier: Apache-2.0
#include "collectors/private_key.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "collectors/certificate_reader.h"
#include "tests/support/certificate_factory.h"

namespace certhealth {
namespace {

MadeCertificate MakeWith(KeyKind kind) {
  CertificateSpec spec;
  spec.key = kind;
  return MakeSelfSigned(spec);
}

Certificate Read(const MadeCertificate& made) { return **CertificateReader().ReadDer(made.der); }

TEST(PrivateKey, MatchesItsOwnCertificateAndNoOther) {
  const Certificate other = Read(MakeWith(KeyKind::kEcP384));
  for (const KeyKind kind : {KeyKind::kEcP256, KeyKind::kRsa2048, KeyKind::kEd25519}) {
    const MadeCertificate made = MakeWith(kind);
    EXPECT_TRUE(KeyMatches(made.private_key_pem, Read(made)).value());
    EXPECT_FALSE(KeyMatches(made.private_key_pem, other).value());
  }
}

TEST(PrivateKey, MatchesWhicheverWayThePointIsWritten) {
  const MadeCertificate made = MakeWith(KeyKind::kEcP256);
  const Certificate uncompressed = Read(made);
  for (const char* format : {"compressed", "uncompressed"}) {
    ASSERT_EQ(EVP_PKEY_set_utf8_string_param(made.key.get(),
                                             OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, format),
              1);
    const MadeCertificate remade = MakeWith(KeyKind::kEcP256);
    EXPECT_EQ(Read(remade).public_key_sha256 == uncompressed.public_key_sha256,
              format == std::string("uncompressed"));
    for (const MadeCertificate* with : {&made, &remade}) {
      EXPECT_TRUE(KeyMatches(remade.private_key_pem, Read(*with)).value()) << format;
    }
  }
}

TEST(PrivateKey, RefusesWhatIsNoKey) {
  const MadeCertificate made = MakeWith(KeyKind::kEcP256);
  for (const std::string& pem :
       {std::string(), std::string("hello"), made.pem, made.private_key_pem.substr(0, 100)}) {
    const Result<bool> matches = KeyMatches(pem, Read(made));
    ASSERT_FALSE(matches);
    EXPECT_EQ(matches.error().reason, Reason::kBadText);
  }
}

TEST(PrivateKey, AsksNobodyForAPassphrase) {
  const MadeCertificate made = MakeWith(KeyKind::kEcP256);
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  unsigned char passphrase[] = "secret";
  PEM_write_bio_PrivateKey(bio.get(), made.key.get(), EVP_aes_128_cbc(), passphrase, 6, nullptr,
                           nullptr);
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &bytes);
  EXPECT_FALSE(KeyMatches(std::string(bytes, static_cast<std::size_t>(length)), Read(made)));
}

}  // namespace
}  // namespace certhealth
