// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/server_trust.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <memory>

#include "collectors/net/ip_address.h"

namespace certhealth {
namespace {

struct FreeStore {
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
struct FreeContext {
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};

std::unique_ptr<X509_STORE, FreeStore> LoadRoots() {
  std::unique_ptr<X509_STORE, FreeStore> store(X509_STORE_new());
  if (store == nullptr) return nullptr;
  // Roots that cannot be loaded trust nobody, here as in certbot.
  if (const char* const bundle = RootsGiven()) {
    if (X509_STORE_load_file(store.get(), bundle) != 1) X509_STORE_load_path(store.get(), bundle);
  } else {
    X509_STORE_load_file(store.get(), X509_get_default_cert_file());
    X509_STORE_load_path(store.get(), X509_get_default_cert_dir());
  }
  ERR_clear_error();
  return store;
}

bool IsAboutTheCertificate(int error) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
    case X509_V_ERR_INVALID_PURPOSE:
      return true;
    default:
      return false;
  }
}

}  // namespace

const char* RootsGiven() {
  for (const char* variable : {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}) {
    const char* const bundle = std::getenv(variable);
    if (bundle != nullptr && *bundle != '\0') return bundle;
  }
  return nullptr;
}

std::optional<TrustFault> JudgeTrust(stack_st_X509* chain, const std::string& host) {
  if (chain == nullptr || sk_X509_num(chain) == 0)
    return TrustFault{ExchangeFault::kNotHttp, "it presents no certificate"};
  const auto store = LoadRoots();
  const std::unique_ptr<X509_STORE_CTX, FreeContext> context(X509_STORE_CTX_new());
  if (store == nullptr || context == nullptr ||
      X509_STORE_CTX_init(context.get(), store.get(), sk_X509_value(chain, 0), chain) != 1)
    return TrustFault{ExchangeFault::kLocal, "no memory to verify the certificate with"};
  X509_VERIFY_PARAM* const wanted = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_purpose(wanted, X509_PURPOSE_SSL_SERVER);
  // An intermediate that is given as a root will do, as newer Pythons have it: the milder of two.
  X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_PARTIAL_CHAIN);
  const int is_set = ParseIpAddress(host)
                         ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str())
                         : X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size());
  if (is_set != 1) return TrustFault{ExchangeFault::kLocal, "no memory for the host's name"};
  const bool is_trusted = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  if (is_trusted) return std::nullopt;
  const int error = X509_STORE_CTX_get_error(context.get());
  return TrustFault{
      IsAboutTheCertificate(error) ? ExchangeFault::kBadCertificate : ExchangeFault::kUntrusted,
      X509_verify_cert_error_string(error)};
}

}  // namespace certhealth
