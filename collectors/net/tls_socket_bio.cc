// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/tls_socket_bio.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "collectors/openssl_handle.h"

namespace certhealth {
namespace {

constexpr char kAlertRecord = 21;
constexpr char kHandshakeRecord = 22;

TlsSocket& SocketOf(BIO* bio) { return *static_cast<TlsSocket*>(BIO_get_data(bio)); }

int ReadBio(BIO* bio, char* bytes, int length) { return SocketOf(bio).Read(bio, bytes, length); }

int WriteBio(BIO* bio, const char* bytes, int length) {
  return SocketOf(bio).Write(bio, bytes, length);
}

long ControlBio(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

using Method = OpenSslHandle<BIO_METHOD, BIO_meth_free>;

Method MakeMethod() {
  Method method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket"));
  if (method == nullptr) throw std::bad_alloc();
  BIO_meth_set_read(method.get(), ReadBio);
  BIO_meth_set_write(method.get(), WriteBio);
  BIO_meth_set_ctrl(method.get(), ControlBio);
  return method;
}

/// What a BIO returns for what recv or send have returned.
int Outcome(BIO* bio, ssize_t count, int retry_flags) {
  BIO_clear_retry_flags(bio);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    BIO_set_flags(bio, retry_flags | BIO_FLAGS_SHOULD_RETRY);
  }
  return static_cast<int>(count);
}

}  // namespace

void TlsSocket::AttachTo(SSL* ssl) {
  static const Method method = MakeMethod();
  BIO* const bio = BIO_new(method.get());
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
}

int TlsSocket::Read(BIO* bio, char* bytes, int length) {
  if (reads_left_ == 0) {
    errno = EAGAIN;
    return Outcome(bio, -1, BIO_FLAGS_READ);
  }
  --reads_left_;
  const ssize_t count = recv(descriptor_, bytes, static_cast<std::size_t>(length), 0);
  if (count > 0) {
    const auto fresh =
        std::min(static_cast<std::size_t>(count), beginning_.size() - beginning_bytes_);
    std::copy_n(bytes, fresh, beginning_.begin() + static_cast<std::ptrdiff_t>(beginning_bytes_));
    beginning_bytes_ += fresh;
  }
  if (count < 0 && errno != EAGAIN && errno != EINTR) error_ = errno;
  return Outcome(bio, count, BIO_FLAGS_READ);
}

int TlsSocket::Write(BIO* bio, const char* bytes, int length) {
  const ssize_t count = send(descriptor_, bytes, static_cast<std::size_t>(length), MSG_NOSIGNAL);
  if (count < 0 && errno != EAGAIN && errno != EINTR) error_ = errno;
  return Outcome(bio, count, BIO_FLAGS_WRITE);
}

bool TlsSocket::LooksLikeTls() const {
  if (beginning_bytes_ == 0) return true;
  if (beginning_[0] != kAlertRecord && beginning_[0] != kHandshakeRecord) return false;
  return beginning_bytes_ == 1 || beginning_[1] == 3;
}

std::string TlsSocket::Beginning() const {
  std::string text(beginning_.data(), beginning_bytes_);
  // OpenSSL stops reading at what is no record.
  std::array<char, 32> more{};
  const ssize_t count = recv(descriptor_, more.data(), more.size(), MSG_PEEK | MSG_DONTWAIT);
  if (count > 0) text.append(more.data(), static_cast<std::size_t>(count));
  std::ranges::replace_if(
      text, [](char c) { return c < ' ' || c > '~'; }, '.');
  return text;
}

}  // namespace certhealth
