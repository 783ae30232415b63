// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/types.h>

namespace certhealth {

/// The library context of handshakes with peers and of what they present: everything of OpenSSL's
/// default provider, but of its decoders only those of public keys in certificates. With all of
/// them, OpenSSL 3.0 arranges some forty decoders anew for each certificate of each handshake,
/// which is a third of what a handshake costs (openssl/openssl #17950). The machine's openssl.cnf
/// does not apply to it: what is looked at does not depend on what this machine itself would speak.
/// Immutable, thread-safe; there as long as the program.
OSSL_LIB_CTX* TlsLibrary();

}  // namespace certhealth
