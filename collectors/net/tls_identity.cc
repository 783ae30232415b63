// SPDX-License-Identifier: Apache-2.0
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <vector>

#include "collectors/net/tls_stream.h"
#include "collectors/openssl_handle.h"

namespace certhealth {
namespace {

using X509Handle = OpenSslHandle<X509, X509_free>;
using KeyHandle = OpenSslHandle<EVP_PKEY, EVP_PKEY_free>;
using BioHandle = OpenSslHandle<BIO, BIO_free>;

BioHandle Open(std::string_view pem) {
  return BioHandle(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

/// Nobody is there to be asked for a passphrase.
int NoPassphrase(char*, int, int, void*) { return -1; }

class PemIdentity final : public TlsIdentity {
 public:
  PemIdentity(std::vector<X509Handle> chain, KeyHandle key)
      : chain_(std::move(chain)), key_(std::move(key)) {}

  bool ApplyTo(SSL* ssl) const override {
    bool applied = SSL_use_certificate(ssl, chain_.front().get()) == 1 &&
                   SSL_use_PrivateKey(ssl, key_.get()) == 1;
    for (std::size_t i = 1; applied && i < chain_.size(); ++i) {
      applied = SSL_add1_chain_cert(ssl, chain_[i].get()) == 1;
    }
    return applied;
  }

 private:
  const std::vector<X509Handle> chain_;
  const KeyHandle key_;
};

}  // namespace

Result<std::shared_ptr<const TlsIdentity>> TlsIdentity::FromPem(std::string_view pem) {
  std::vector<X509Handle> chain;
  const BioHandle certificates = Open(pem);
  while (X509* x509 = PEM_read_bio_X509(certificates.get(), nullptr, NoPassphrase, nullptr)) {
    chain.emplace_back(x509);
  }
  const BioHandle keys = Open(pem);
  KeyHandle key(PEM_read_bio_PrivateKey(keys.get(), nullptr, NoPassphrase, nullptr));
  ERR_clear_error();
  if (chain.empty()) return Failure{Reason::kNoCertificate, "no certificate in PEM"};
  if (key == nullptr) return Failure{Reason::kNoCertificate, "no private key without passphrase"};
  const bool belongs = X509_check_private_key(chain.front().get(), key.get()) == 1;
  ERR_clear_error();
  if (!belongs) return Failure{Reason::kBadCertificate, "the key is not the certificate's"};
  return std::shared_ptr<const TlsIdentity>(
      std::make_shared<PemIdentity>(std::move(chain), std::move(key)));
}

}  // namespace certhealth
