// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/tls_stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <new>
#include <utility>

#include "collectors/base/utf8.h"
#include "collectors/net/tls_library.h"
#include "collectors/net/tls_socket_bio.h"
#include "collectors/openssl_handle.h"

namespace certhealth {
namespace {

// What is worth looking at, but for what comes without a certificate.
constexpr const char* kCiphers = "ALL:!aNULL:!PSK:!SRP:@SECLEVEL=0";
constexpr const char* kCipherSuites =  // of TLS 1.3
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:"
    "TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256";
constexpr const char* kGroups =
    "X25519:P-256:P-384:P-521:X448:ffdhe2048:ffdhe3072:secp256k1:brainpoolP256r1:brainpoolP384r1:"
    "brainpoolP512r1";
constexpr const char* kSignatures =
    "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448:rsa_pss_pss_sha256:rsa_pss_pss_sha384:"
    "rsa_pss_pss_sha512:rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:RSA+SHA256:"
    "RSA+SHA384:RSA+SHA512:ECDSA+SHA224:ECDSA+SHA1:RSA+SHA224:RSA+SHA1:DSA+SHA256:DSA+SHA384:"
    "DSA+SHA512:DSA+SHA224:DSA+SHA1";
constexpr long kMaxCertificateMessageBytes = 100L * 1024;
constexpr int kReadsAtOnce = 64;  // before others have their turn, and the deadline is looked at

int TakeEveryCertificate(X509_STORE_CTX*, void*) { return 1; }

/// ALPN's list of names, each with its length in front.
std::string AlpnWire(const std::vector<std::string>& names) {
  std::string wire;
  for (const std::string& name : names) {
    if (name.empty() || name.size() > 255) continue;
    wire += static_cast<char>(name.size());
    wire += name;
  }
  return wire;
}

/// Everything is said here rather than left to the library: a section of the machine's openssl.cnf
/// (ssl_conf), which holds for each new context, says what this machine itself may speak.
void AllowAll(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context, 0);
  SSL_CTX_set_cipher_list(context, kCiphers);
  SSL_CTX_set_ciphersuites(context, kCipherSuites);
  SSL_CTX_set1_groups_list(context, kGroups);
  SSL_CTX_set1_sigalgs_list(context, kSignatures);
  SSL_CTX_clear_options(context, SSL_CTX_get_options(context));
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_ENABLE_MIDDLEBOX_COMPAT);
}

bool IsAlert(int reason) {
  return reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256;
}

/// What OpenSSL's queue of errors says of a failed handshake.
TlsFault FaultOfQueue() {
  TlsFault fault{TlsFailure::kProtocol, "the handshake failed"};
  bool first = true;
  while (const unsigned long error = ERR_get_error()) {
    const int library = ERR_GET_LIB(error);
    const int reason = ERR_GET_REASON(error);
    const char* text = ERR_reason_error_string(error);
    if (first && text != nullptr) fault.detail = text;
    first = false;
    if (library == ERR_LIB_ASN1 || library == ERR_LIB_X509) {
      fault.reason = TlsFailure::kBadCertificate;
    }
    if (library != ERR_LIB_SSL) continue;
    if (IsAlert(reason)) fault.reason = TlsFailure::kAlert;
    if (reason == SSL_R_TLSV1_UNRECOGNIZED_NAME) fault.name_is_unknown = true;
    if (reason == SSL_R_EXCESSIVE_MESSAGE_SIZE) fault.reason = TlsFailure::kTooLarge;
    if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) fault.reason = TlsFailure::kClosed;
    if (reason == SSL_R_UNABLE_TO_FIND_PUBLIC_KEY_PARAMETERS ||
        reason == SSL_R_UNKNOWN_CERTIFICATE_TYPE || reason == SSL_R_CERT_LENGTH_MISMATCH) {
      fault.reason = TlsFailure::kBadCertificate;
    }
  }
  return fault;
}

StreamFault ToStreamFault(const TlsFault& fault) {
  switch (fault.reason) {
    case TlsFailure::kDeadline:
      return {StreamFailure::kDeadline, fault.detail};
    case TlsFailure::kLocal:
      return {StreamFailure::kLocal, fault.detail};
    default:
      return {StreamFailure::kClosed, fault.detail};
  }
}

}  // namespace

void TlsContext::Free::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

TlsContext::TlsContext() : context_(SSL_CTX_new_ex(TlsLibrary(), nullptr, TLS_client_method())) {
  SSL_CTX* const context = context_.get();
  if (context == nullptr) throw std::bad_alloc();
  AllowAll(context);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(context, kMaxCertificateMessageBytes);
  SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp);
  // Even without verification OpenSSL would build a chain.
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_cert_verify_callback(context, TakeEveryCertificate, nullptr);
}

TlsContext::~TlsContext() = default;

struct TlsStream::State {
  explicit State(TcpStream stream) : tcp(std::move(stream)), socket(tcp.descriptor()) {}

  TcpStream tcp;
  TlsSocket socket;
  OpenSslHandle<SSL, SSL_free> ssl;

  /// Calls OpenSSL until it is done, and waits for the peer in between. Nothing when it is done.
  template <typename Call>
  Task<std::optional<TlsFault>> Until(Call call, Deadline deadline) {
    for (;;) {
      ERR_clear_error();
      errno = 0;
      socket.AllowReads(kReadsAtOnce);
      const int result = call(ssl.get());
      if (result > 0) co_return std::nullopt;
      const int error = SSL_get_error(ssl.get(), result);
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) co_return FaultOf(error);
      // Bytes that never stop coming do not move the deadline.
      if (std::chrono::steady_clock::now() >= deadline) co_return Late();
      const Direction direction =
          error == SSL_ERROR_WANT_READ ? Direction::kRead : Direction::kWrite;
      const Wakeup wakeup = co_await tcp.Until(direction, deadline);
      if (wakeup == Wakeup::kDeadline) co_return Late();
      if (wakeup == Wakeup::kCancelled) {
        co_return TlsFault{TlsFailure::kLocal, "the connection could not be watched"};
      }
    }
  }

  static TlsFault Late() { return {TlsFailure::kDeadline, "the peer took too long"}; }

  TlsFault FaultOf(int error) const {
    if (!socket.LooksLikeTls()) {
      return {TlsFailure::kNotTls, "the peer says \"" + socket.Beginning() + "\""};
    }
    if (error == SSL_ERROR_SSL) return FaultOfQueue();
    if (error == SSL_ERROR_SYSCALL && socket.error() != 0) {
      return {TlsFailure::kClosed, "the peer reset the connection"};
    }
    return {TlsFailure::kClosed, "the peer closed the connection"};
  }
};

TlsStream::TlsStream(const TlsContext& context, TcpStream tcp, const TlsHello& hello)
    : state_(std::make_unique<State>(std::move(tcp))) {
  SSL* const ssl = SSL_new(context.get());
  if (ssl == nullptr) throw std::bad_alloc();
  state_->ssl.reset(ssl);
  state_->socket.AttachTo(ssl);
  if (!hello.server_name.empty()) SSL_set_tlsext_host_name(ssl, hello.server_name.c_str());
  const std::string alpn = AlpnWire(hello.alpn);
  if (!alpn.empty()) {
    SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(alpn.data()),
                        static_cast<unsigned>(alpn.size()));
  }
  if (hello.identity != nullptr) hello.identity->ApplyTo(ssl);
  SSL_set_connect_state(ssl);
}

TlsStream::~TlsStream() = default;
TlsStream::TlsStream(TlsStream&&) noexcept = default;

Task<std::optional<TlsFault>> TlsStream::Handshake(Deadline deadline) {
  co_return co_await state_->Until([](SSL* ssl) { return SSL_do_handshake(ssl); }, deadline);
}

std::string TlsStream::protocol() const { return SSL_get_version(state_->ssl.get()); }

std::string TlsStream::cipher() const {
  const SSL_CIPHER* cipher = SSL_get_current_cipher(state_->ssl.get());
  return cipher == nullptr ? "" : SSL_CIPHER_get_name(cipher);
}

std::string TlsStream::cipher_standard_name() const {
  const SSL_CIPHER* cipher = SSL_get_current_cipher(state_->ssl.get());
  return cipher == nullptr ? "" : SSL_CIPHER_standard_name(cipher);
}

int TlsStream::cipher_bits() const {
  const SSL_CIPHER* cipher = SSL_get_current_cipher(state_->ssl.get());
  return cipher == nullptr ? 0 : SSL_CIPHER_get_bits(cipher, nullptr);
}

std::string TlsStream::alpn() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(state_->ssl.get(), &name, &length);
  return ToValidUtf8({reinterpret_cast<const char*>(name), length});
}

std::span<const unsigned char> TlsStream::ocsp_staple() const {
  const unsigned char* staple = nullptr;
  const long length = SSL_get_tlsext_status_ocsp_resp(state_->ssl.get(), &staple);
  if (staple == nullptr || length <= 0) return {};
  return {staple, static_cast<std::size_t>(length)};
}

stack_st_X509* TlsStream::chain() const { return SSL_get_peer_cert_chain(state_->ssl.get()); }

Task<Result<std::size_t, StreamFault>> TlsStream::Read(std::span<char> buffer, Deadline deadline) {
  std::size_t count = 0;
  const auto read = [&](SSL* ssl) {
    const int result = SSL_read_ex(ssl, buffer.data(), buffer.size(), &count);
    return result == 0 && SSL_get_error(ssl, result) == SSL_ERROR_ZERO_RETURN ? 1 : result;
  };
  const std::optional<TlsFault> fault = co_await state_->Until(read, deadline);
  if (fault) co_return ToStreamFault(*fault);
  co_return count;
}

Task<std::optional<StreamFault>> TlsStream::Write(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    std::size_t count = 0;
    const auto write = [&](SSL* ssl) {
      return SSL_write_ex(ssl, bytes.data(), bytes.size(), &count);
    };
    const std::optional<TlsFault> fault = co_await state_->Until(write, deadline);
    if (fault) co_return ToStreamFault(*fault);
    bytes.remove_prefix(count);
  }
  co_return std::nullopt;
}

Task<void> TlsStream::Close(Deadline deadline) {
  ERR_clear_error();
  SSL_shutdown(state_->ssl.get());
  shutdown(state_->tcp.descriptor(), SHUT_WR);
  // Tickets of TLS 1.3 come when nobody reads any more; unread, they would turn into a reset.
  std::array<char, 4096> rest;
  for (std::size_t received = 0; received < kMaxCertificateMessageBytes;) {
    const Result<std::size_t, StreamFault> count = co_await state_->tcp.Read(rest, deadline);
    if (!count || *count == 0) co_return;
    received += *count;
  }
}

}  // namespace certhealth
