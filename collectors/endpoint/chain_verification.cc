// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/chain_verification.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <new>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/net/tls_library.h"
#include "collectors/openssl_handle.h"

namespace certhealth {
namespace {

constexpr int kStrictLevel = 2;
constexpr std::size_t kMaxSubjectBytes = 300;

using StoreContext = OpenSslHandle<X509_STORE_CTX, X509_STORE_CTX_free>;
using Stack = std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) {
                                sk_X509_free(stack);  // the certificates are others'
                              })>;

/// All that OpenSSL has complained about, dates aside.
struct Complaints {
  std::optional<EndpointFault> gravest;

  void Add(EndpointFailure reason, std::string detail) {
    if (gravest && gravest->reason <= reason) return;
    gravest = EndpointFault{reason, std::move(detail)};
  }
};

std::string SubjectOf(const X509* x509) {
  const OpenSslHandle<BIO, BIO_free> text(BIO_new(BIO_s_mem()));
  const unsigned long flags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  X509_NAME_print_ex(text.get(), X509_get_subject_name(x509), 0, flags);
  const char* bytes = nullptr;
  const long length = BIO_get_mem_data(text.get(), &bytes);
  return Shorten(ToValidUtf8({bytes, static_cast<std::size_t>(length)}), kMaxSubjectBytes);
}

WallTime TimeOf(const ASN1_TIME* time, WallTime unreadable) {
  std::tm utc{};
  if (ASN1_TIME_to_tm(time, &utc) != 1) return unreadable;
  return WallTime(std::chrono::seconds(timegm(&utc)));
}

/// The leaf alone was sent, and says where its issuer's certificate is to be had: that of a public
/// CA, whose servers have to send it. Otherwise it may well be a CA of one's own.
bool LacksItsIntermediate(X509* leaf) {
  if (X509_check_ca(leaf) != 0) return false;
  const OpenSslHandle<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free> access(
      static_cast<AUTHORITY_INFO_ACCESS*>(
          X509_get_ext_d2i(leaf, NID_info_access, nullptr, nullptr)));
  for (int i = 0; access && i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
    const ACCESS_DESCRIPTION* description = sk_ACCESS_DESCRIPTION_value(access.get(), i);
    if (OBJ_obj2nid(description->method) == NID_ad_ca_issuers) return true;
  }
  return false;
}

EndpointFailure ReasonOf(int error, X509* blamed, int depth) {
  switch (error) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return EndpointFailure::kSelfSigned;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return EndpointFailure::kUnknownIssuer;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return depth == 0 && blamed != nullptr && LacksItsIntermediate(blamed)
                 ? EndpointFailure::kIncompleteChain
                 : EndpointFailure::kUnknownIssuer;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return EndpointFailure::kWeakKey;
    case X509_V_ERR_INVALID_PURPOSE:
      return EndpointFailure::kWrongPurpose;
    default:
      return EndpointFailure::kDistrusted;
  }
}

/// Goes on after each error, so that all are known.
int OnVerified(int ok, X509_STORE_CTX* context) {
  if (ok == 1) return 1;
  const int error = X509_STORE_CTX_get_error(context);
  if (error == X509_V_ERR_OUT_OF_MEM) return 0;
  if (error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID) return 1;
  const int depth = X509_STORE_CTX_get_error_depth(context);
  X509* const blamed = X509_STORE_CTX_get_current_cert(context);
  std::string detail = X509_verify_cert_error_string(error);
  if (blamed != nullptr) detail += ": " + SubjectOf(blamed);
  auto* const complaints = static_cast<Complaints*>(X509_STORE_CTX_get_app_data(context));
  complaints->Add(ReasonOf(error, blamed, depth), std::move(detail));
  return 1;
}

std::vector<PathStep> StepsOf(STACK_OF(X509) * path) {
  std::vector<PathStep> steps;
  for (int i = 0; i < sk_X509_num(path); ++i) {
    const X509* x509 = sk_X509_value(path, i);
    steps.push_back({SubjectOf(x509), TimeOf(X509_get0_notBefore(x509), WallTime::max()),
                     TimeOf(X509_get0_notAfter(x509), WallTime::min())});
  }
  return steps;
}

PathVerdict Verify(X509_STORE* store, X509* leaf, STACK_OF(X509) * untrusted, WallTime now) {
  const StoreContext context(X509_STORE_CTX_new_ex(TlsLibrary(), nullptr));
  if (context == nullptr || X509_STORE_CTX_init(context.get(), store, leaf, untrusted) != 1) {
    throw std::bad_alloc();
  }
  X509_STORE_CTX_set_default(context.get(), "ssl_server");
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_auth_level(param, kStrictLevel);
  X509_VERIFY_PARAM_set_time(param, now.time_since_epoch().count());
  Complaints complaints;
  X509_STORE_CTX_set_app_data(context.get(), &complaints);
  X509_STORE_CTX_set_verify_cb(context.get(), OnVerified);
  const int verified = X509_verify_cert(context.get());
  ERR_clear_error();
  if (verified <= 0) complaints.Add(EndpointFailure::kDistrusted, "the verification failed");
  return {std::move(complaints.gravest), StepsOf(X509_STORE_CTX_get0_chain(context.get()))};
}

}  // namespace

PathVerdict VerifyPath(X509_STORE* store, stack_st_X509* chain, stack_st_X509* known,
                       WallTime now) {
  X509* const leaf = sk_X509_value(chain, 0);
  PathVerdict verdict = Verify(store, leaf, chain, now);
  if (!verdict.distrust || verdict.distrust->reason != EndpointFailure::kUnknownIssuer) {
    return verdict;
  }
  const Stack more(sk_X509_dup(chain));
  for (int i = 0; i < sk_X509_num(known); ++i) sk_X509_push(more.get(), sk_X509_value(known, i));
  if (Verify(store, leaf, more.get(), now).distrust) return verdict;
  verdict.distrust->reason = EndpointFailure::kIncompleteChain;
  return verdict;
}

std::optional<EndpointFault> JudgeDates(const std::vector<PathStep>& path, WallTime now) {
  for (const PathStep& step : path) {
    if (now > step.not_after) {
      return EndpointFault{EndpointFailure::kExpired, "has expired: " + step.subject};
    }
  }
  for (const PathStep& step : path) {
    if (now < step.not_before) {
      return EndpointFault{EndpointFailure::kNotYetValid, "is not valid yet: " + step.subject};
    }
  }
  return std::nullopt;
}

bool IsFor(X509* leaf, const std::string& name) {
  if (X509_check_ip_asc(leaf, name.c_str(), 0) == 1) return true;
  const unsigned flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  const bool matches = X509_check_host(leaf, name.data(), name.size(), flags, nullptr) == 1;
  ERR_clear_error();
  return matches;
}

}  // namespace certhealth
