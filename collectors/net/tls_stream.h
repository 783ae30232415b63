// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/result.h"
#include "collectors/net/stream.h"

struct stack_st_X509;  // STACK_OF(X509)

namespace certhealth {

/// Why a handshake did not complete.
enum class TlsFailure {
  kDeadline,
  kClosed,          // the peer closed or reset the connection
  kNotTls,          // what came back is no TLS
  kAlert,           // the peer ended it with an alert
  kProtocol,        // TLS, but none that can be spoken
  kTooLarge,        // a certificate message over 100 KiB
  kBadCertificate,  // a certificate that does not decode
  kLocal,           // this machine's affair
};

struct TlsFault {
  TlsFailure reason = TlsFailure::kLocal;
  std::string detail;            // for a person; valid UTF-8
  bool name_is_unknown = false;  // the alert was unrecognized_name (RFC 6066, 3)
};

/// A certificate and its key, to be shown to servers that ask for one. Immutable, shared.
class TlsIdentity {
 public:
  /// From PEM: the certificate, its chain, and the key, in any order. kBadCertificate when there is
  /// none, or when the key is not the certificate's.
  static Result<std::shared_ptr<const TlsIdentity>> FromPem(std::string_view pem);
  virtual ~TlsIdentity() = default;
  virtual bool ApplyTo(SSL* ssl) const = 0;
};

/// What a client says in its first message.
struct TlsHello {
  std::string server_name;                        // SNI (RFC 6066, 3); empty: none
  std::vector<std::string> alpn;                  // RFC 7301
  std::shared_ptr<const TlsIdentity> identity{};  // none: the handshake goes on without
};

/// What all handshakes share. It looks rather than trusts: old protocols, weak keys and weak
/// signatures pass (OpenSSL's security level 0), certificates are not verified, sessions are not
/// resumed. Immutable and thread-safe.
class TlsContext {
 public:
  /// Throws std::bad_alloc.
  TlsContext();
  ~TlsContext();

  SSL_CTX* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const;
  };
  std::unique_ptr<SSL_CTX, Free> context_;
};

/// A client's end of TLS over TCP. One coroutine at a time.
class TlsStream final : public ByteStream {
 public:
  /// REQUIRES: `context` outlives it.
  TlsStream(const TlsContext& context, TcpStream tcp, const TlsHello& hello);
  ~TlsStream() override;
  TlsStream(TlsStream&&) noexcept;

  Task<std::optional<TlsFault>> Handshake(Deadline deadline);

  // What the peer has presented, after a handshake that failed too.
  std::string protocol() const;                        // "TLSv1.3"
  std::string cipher() const;                          // "ECDHE-RSA-AES128-GCM-SHA256"
  std::string cipher_standard_name() const;            // the same as IANA has it: "TLS_ECDHE_..."
  int cipher_bits() const;                             // strength
  std::string alpn() const;                            // empty when none was agreed on
  std::span<const unsigned char> ocsp_staple() const;  // DER; empty when there is none
  stack_st_X509* chain() const;                        // as it was sent; null when none was

  Task<Result<std::size_t, StreamFault>> Read(std::span<char> buffer, Deadline deadline) override;
  Task<std::optional<StreamFault>> Write(std::string_view bytes, Deadline deadline) override;

  /// Says goodbye (close_notify), and reads what is still under way so that the peer is not reset.
  Task<void> Close(Deadline deadline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace certhealth
