// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/tls_staple.h"

#include <gtest/gtest.h>
#include <openssl/ocsp.h>

#include <chrono>
#include <string>

#include "collectors/openssl_handle.h"
#include "tests/support/certificate_factory.h"

namespace certhealth {
namespace {

const WallTime kThisUpdate = std::chrono::sys_days(std::chrono::year(2026) / 2 / 1);
const WallTime kNextUpdate = kThisUpdate + std::chrono::days(7);

/// An OCSP answer by the intermediate's key about the leaf of `chain`.
std::string Answer(const MadeChain& chain, int status) {
  const OpenSslHandle<OCSP_BASICRESP, OCSP_BASICRESP_free> basic(OCSP_BASICRESP_new());
  const OpenSslHandle<OCSP_CERTID, OCSP_CERTID_free> id(
      OCSP_cert_to_id(nullptr, chain.leaf.certificate.get(), chain.intermediate.certificate.get()));
  const OpenSslHandle<ASN1_TIME, ASN1_TIME_free> begin(
      ASN1_TIME_set(nullptr, kThisUpdate.time_since_epoch().count()));
  const OpenSslHandle<ASN1_TIME, ASN1_TIME_free> end(
      ASN1_TIME_set(nullptr, kNextUpdate.time_since_epoch().count()));
  OCSP_basic_add1_status(basic.get(), id.get(), status, 0, begin.get(), begin.get(), end.get());
  OCSP_basic_sign(basic.get(), chain.intermediate.certificate.get(), chain.intermediate.key.get(),
                  EVP_sha256(), nullptr, 0);
  const OpenSslHandle<OCSP_RESPONSE, OCSP_RESPONSE_free> response(
      OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
  std::string der(static_cast<std::size_t>(i2d_OCSP_RESPONSE(response.get(), nullptr)), '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(der.data());
  i2d_OCSP_RESPONSE(response.get(), &bytes);
  return der;
}

std::optional<OcspStaple> Read(const std::string& der, const MadeCertificate& leaf) {
  return ReadStaple({reinterpret_cast<const unsigned char*>(der.data()), der.size()},
                    leaf.certificate.get());
}

TEST(OcspStaple, SaysWhetherTheLeafIsGoodAndForHowLong) {
  const MadeChain chain = MakeChain();
  const std::optional<OcspStaple> good = Read(Answer(chain, V_OCSP_CERTSTATUS_GOOD), chain.leaf);
  ASSERT_TRUE(good);
  EXPECT_TRUE(good->good);
  EXPECT_EQ(good->this_update, kThisUpdate);
  EXPECT_EQ(good->next_update, kNextUpdate);
  const std::optional<OcspStaple> revoked =
      Read(Answer(chain, V_OCSP_CERTSTATUS_REVOKED), chain.leaf);
  ASSERT_TRUE(revoked);
  EXPECT_FALSE(revoked->good);
}

TEST(OcspStaple, IsNoneWhenItIsAboutAnotherCertificateOrBroken) {
  const MadeChain chain = MakeChain();
  const std::string answer = Answer(chain, V_OCSP_CERTSTATUS_GOOD);
  EXPECT_FALSE(Read(answer, MakeChain({.serial = "02"}).leaf));
  EXPECT_FALSE(Read("", chain.leaf));
  for (std::size_t bytes = 1; bytes < answer.size(); bytes += 7) {
    EXPECT_FALSE(Read(answer.substr(0, bytes), chain.leaf)) << bytes;
  }
}

}  // namespace
}  // namespace certhealth
