// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/tls_library.h"

#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

namespace certhealth {
namespace {

constexpr const char* kFacade = "certhealth-tls";

// What TLS can be spoken with (RFC 8446, 4.2.3), today and yesterday.
constexpr std::string_view kKeys[] = {"EC", "RSA", "RSA-PSS", "ED25519", "ED448"};

/// The default provider, in a context of its own that nobody else uses. Never unloaded: OpenSSL
/// cleans up at exit before the last of its users may be gone.
OSSL_PROVIDER* DefaultProvider() {
  static OSSL_PROVIDER* const provider = OSSL_PROVIDER_load(OSSL_LIB_CTX_new(), "default");
  return provider;
}

bool DecodesKeysOfCertificates(const OSSL_ALGORITHM& decoder) {
  // The name, or the first of several: "RSA:rsaEncryption".
  const std::string_view names = decoder.algorithm_names;
  const std::string_view properties = decoder.property_definition;
  return std::ranges::find(kKeys, names.substr(0, names.find(':'))) != std::end(kKeys) &&
         properties.find("input=der") != std::string_view::npos &&
         properties.find("structure=SubjectPublicKeyInfo") != std::string_view::npos;
}

const OSSL_ALGORITHM* FewDecoders() {
  static const std::vector<OSSL_ALGORITHM> few = [] {
    std::vector<OSSL_ALGORITHM> chosen;
    int no_cache = 0;
    const OSSL_ALGORITHM* decoder =
        OSSL_PROVIDER_query_operation(DefaultProvider(), OSSL_OP_DECODER, &no_cache);
    for (; decoder != nullptr && decoder->algorithm_names != nullptr; ++decoder) {
      if (DecodesKeysOfCertificates(*decoder)) chosen.push_back(*decoder);
    }
    chosen.push_back({nullptr, nullptr, nullptr, nullptr});
    return chosen;
  }();
  return few.data();
}

// The facade's functions. OpenSSL hands them the default provider's own context, which its
// algorithms expect as theirs.

const OSSL_ALGORITHM* Query(void*, int operation, int* no_cache) {
  if (operation != OSSL_OP_DECODER) {
    return OSSL_PROVIDER_query_operation(DefaultProvider(), operation, no_cache);
  }
  *no_cache = 0;
  return FewDecoders();
}

/// Tells libssl the groups for key exchange.
int Capabilities(void*, const char* capability, OSSL_CALLBACK* tell, void* to) {
  return OSSL_PROVIDER_get_capabilities(DefaultProvider(), capability, tell, to);
}

void TearDown(void*) {}

int BeFacade(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** functions,
             void** context) {
  static const OSSL_DISPATCH kFunctions[] = {
      {OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<void (*)()>(Query)},
      {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, reinterpret_cast<void (*)()>(Capabilities)},
      {OSSL_FUNC_PROVIDER_TEARDOWN, reinterpret_cast<void (*)()>(TearDown)},
      {0, nullptr}};
  if (DefaultProvider() == nullptr) return 0;
  *functions = kFunctions;
  *context = OSSL_PROVIDER_get0_provider_ctx(DefaultProvider());
  return 1;
}

}  // namespace

OSSL_LIB_CTX* TlsLibrary() {
  // Null would be OpenSSL's own context: slower, but as good.
  static OSSL_LIB_CTX* const library = [] {
    OSSL_LIB_CTX* const fresh = OSSL_LIB_CTX_new();
    const bool ready = fresh != nullptr &&
                       OSSL_PROVIDER_add_builtin(fresh, kFacade, BeFacade) == 1 &&
                       OSSL_PROVIDER_load(fresh, kFacade) != nullptr;
    if (ready) return fresh;
    OSSL_LIB_CTX_free(fresh);
    return static_cast<OSSL_LIB_CTX*>(nullptr);
  }();
  return library;
}

}  // namespace certhealth
