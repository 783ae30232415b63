// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/tls_staple.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>

#include <ctime>

#include "collectors/openssl_handle.h"

namespace certhealth {
namespace {

std::optional<WallTime> TimeOf(const ASN1_GENERALIZEDTIME* time) {
  std::tm utc{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &utc) != 1) return std::nullopt;
  return WallTime(std::chrono::seconds(timegm(&utc)));
}

bool IsAbout(OCSP_SINGLERESP* answer, X509* leaf) {
  ASN1_INTEGER* serial = nullptr;
  // OpenSSL takes no const here, and changes nothing.
  auto* const id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(answer));
  if (OCSP_id_get0_info(nullptr, nullptr, nullptr, &serial, id) != 1) return false;
  return ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(leaf)) == 0;
}

std::optional<OcspStaple> AnswerAbout(OCSP_BASICRESP* answers, X509* leaf) {
  for (int i = 0; i < OCSP_resp_count(answers); ++i) {
    OCSP_SINGLERESP* const answer = OCSP_resp_get0(answers, i);
    if (!IsAbout(answer, leaf)) continue;
    ASN1_GENERALIZEDTIME* this_update = nullptr;
    ASN1_GENERALIZEDTIME* next_update = nullptr;
    const int status =
        OCSP_single_get0_status(answer, nullptr, nullptr, &this_update, &next_update);
    const std::optional<WallTime> begin = TimeOf(this_update);
    if (!begin) return std::nullopt;
    return OcspStaple{status == V_OCSP_CERTSTATUS_GOOD, *begin, TimeOf(next_update)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<OcspStaple> ReadStaple(std::span<const unsigned char> der, X509* leaf) {
  if (der.empty()) return std::nullopt;
  const unsigned char* bytes = der.data();
  const OpenSslHandle<OCSP_RESPONSE, OCSP_RESPONSE_free> response(
      d2i_OCSP_RESPONSE(nullptr, &bytes, static_cast<long>(der.size())));
  std::optional<OcspStaple> staple;
  if (response != nullptr) {
    const OpenSslHandle<OCSP_BASICRESP, OCSP_BASICRESP_free> answers(
        OCSP_response_get1_basic(response.get()));
    if (answers != nullptr) staple = AnswerAbout(answers.get(), leaf);
  }
  ERR_clear_error();
  return staple;
}

}  // namespace certhealth
