// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/types.h>

#include <array>
#include <cstddef>
#include <string>

namespace certhealth {

/// What OpenSSL reads from and writes to: a socket that raises no SIGPIPE, and that remembers how
/// the peer began. REQUIRES: the descriptor stays open; it outlives the SSL that it is attached to.
class TlsSocket {
 public:
  explicit TlsSocket(int descriptor) : descriptor_(descriptor) {}
  TlsSocket(const TlsSocket&) = delete;
  TlsSocket& operator=(const TlsSocket&) = delete;

  /// Throws std::bad_alloc.
  void AttachTo(SSL* ssl);

  /// Whether the first bytes are those of a TLS record that can be the first (RFC 8446, 5.1: an
  /// alert or a handshake); true as well while there are too few to tell.
  bool LooksLikeTls() const;
  /// The first bytes as text, what is not printable as dots.
  std::string Beginning() const;
  /// The last error of the socket; 0 when there was none.
  int error() const { return error_; }

  /// How often OpenSSL may read before the socket plays empty. One call of OpenSSL's reads on for
  /// as long as a peer goes on sending what it skips, and knows no deadline.
  void AllowReads(int count) { reads_left_ = count; }

  // For OpenSSL.
  int Read(BIO* bio, char* bytes, int length);
  int Write(BIO* bio, const char* bytes, int length);

 private:
  const int descriptor_;
  int error_ = 0;
  int reads_left_ = 0;
  std::array<char, 32> beginning_{};
  std::size_t beginning_bytes_ = 0;
};

}  // namespace certhealth
