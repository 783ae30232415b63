// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cstring>
#include <map>
#include <stdexcept>

namespace certhealth {
namespace {

int VersionOf(const std::string& name) {
  const std::map<std::string, int> versions = {{"TLSv1", TLS1_VERSION},
                                               {"TLSv1.1", TLS1_1_VERSION},
                                               {"TLSv1.2", TLS1_2_VERSION},
                                               {"TLSv1.3", TLS1_3_VERSION}};
  return versions.at(name);
}

int ChooseAlpn(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
               unsigned length, void* wanted) {
  const auto& name = *static_cast<const std::string*>(wanted);
  const std::string_view offered(reinterpret_cast<const char*>(in), length);
  const std::size_t at = offered.find(static_cast<char>(name.size()) + name);
  if (name.empty() || at == std::string_view::npos) return SSL_TLSEXT_ERR_NOACK;
  *out = in + at + 1;
  *out_length = static_cast<unsigned char>(name.size());
  return SSL_TLSEXT_ERR_OK;
}

int Staple(SSL* ssl, void* staple) {
  const auto& der = *static_cast<const std::string*>(staple);
  if (der.empty()) return SSL_TLSEXT_ERR_NOACK;
  void* const copy = OPENSSL_memdup(der.data(), der.size());
  SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(der.size()));
  return SSL_TLSEXT_ERR_OK;
}

int TakeAnyClient(int, X509_STORE_CTX*) { return 1; }

}  // namespace

FakeTls::FakeTls(FakeTlsSpec spec)
    : spec_(std::move(spec)), context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(context, VersionOf(spec_.min_protocol));
  SSL_CTX_set_max_proto_version(context, VersionOf(spec_.max_protocol));
  SSL_CTX_set_max_cert_list(context, 1 << 24);
  bool ready = SSL_CTX_use_certificate(context, spec_.leaf.certificate.get()) == 1 &&
               SSL_CTX_use_PrivateKey(context, spec_.leaf.key.get()) == 1;
  for (const MadeCertificate& other : spec_.others) {
    ready = ready && SSL_CTX_add1_chain_cert(context, other.certificate.get()) == 1;
  }
  if (!ready) throw std::runtime_error("the server has no certificate");
  // OpenSSL takes no const; the callbacks only read.
  SSL_CTX_set_alpn_select_cb(context, ChooseAlpn, const_cast<std::string*>(&spec_.alpn));
  SSL_CTX_set_tlsext_status_cb(context, Staple);
  SSL_CTX_set_tlsext_status_arg(context, const_cast<std::string*>(&spec_.staple));
  if (spec_.client == ClientCertificate::kRequired) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, TakeAnyClient);
  }
}

FakeTls::Seen FakeTls::Serve(FakeConnection& client) const {
  Seen seen;
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), SSL_free);
  SSL_set_fd(ssl.get(), client.descriptor());
  seen.handshake = SSL_accept(ssl.get()) == 1;
  if (seen.handshake) {
    if (const char* name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name)) {
      seen.server_name = name;
    }
    seen.resumed = SSL_session_reused(ssl.get()) == 1;
    seen.client_certificate = SSL_get0_peer_certificate(ssl.get()) != nullptr;
    std::array<char, 256> bytes;
    if (spec_.echoes > 0 && SSL_read(ssl.get(), bytes.data(), spec_.echoes) == spec_.echoes) {
      SSL_write(ssl.get(), bytes.data(), spec_.echoes);
      SSL_shutdown(ssl.get());
    }
    while (SSL_read(ssl.get(), bytes.data(), static_cast<int>(bytes.size())) > 0) {
    }
    seen.close_notify = (SSL_get_shutdown(ssl.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  ERR_clear_error();
  return seen;
}

FakePeer::Script ServeTls(FakeTlsSpec spec) {
  const auto server = std::make_shared<FakeTls>(std::move(spec));
  return [server](FakeConnection& client) { server->Serve(client); };
}

FakeTlsSpec ToSpec(const MadeChain& chain) {
  FakeTlsSpec spec;
  spec.leaf = chain.leaf;
  spec.others = {chain.intermediate};
  return spec;
}

}  // namespace certhealth
