// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/certificate_factory.h"
#include "tests/support/fake_peer.h"

namespace certhealth {

enum class ClientCertificate { kNone, kRequired };

struct FakeTlsSpec {
  MadeCertificate leaf;
  std::vector<MadeCertificate> others;  // sent behind the leaf
  std::string min_protocol = "TLSv1";
  std::string max_protocol = "TLSv1.3";
  std::string alpn;    // agreed on when offered
  std::string staple;  // an OCSP answer in DER
  ClientCertificate client = ClientCertificate::kNone;
  int echoes = 0;  // bytes that are sent back before the server leaves; 0: it waits for the client
};

/// A TLS server's part of a FakePeer's script.
class FakeTls {
 public:
  explicit FakeTls(FakeTlsSpec spec);

  /// What a client has told and how it left.
  struct Seen {
    bool handshake = false;
    bool close_notify = false;
    bool resumed = false;
    bool client_certificate = false;
    std::string server_name;
  };
  /// Completes the handshake, and reads until the client leaves.
  Seen Serve(FakeConnection& client) const;

 private:
  const FakeTlsSpec spec_;
  std::shared_ptr<SSL_CTX> context_;
};

/// A script that serves `spec` to each client.
FakePeer::Script ServeTls(FakeTlsSpec spec);

/// What `chain` presents by default.
FakeTlsSpec ToSpec(const MadeChain& chain);

}  // namespace certhealth
