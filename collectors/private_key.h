// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "collectors/base/result.h"
#include "collectors/certificate.h"

namespace certhealth {

/// Whether the private key in `pem` is the one that `certificate` is for. The bytes are wiped, and
/// nothing of the key outlives the call. kBadText when there is no key that OpenSSL reads; one with
/// a passphrase is none, nobody is asked for it. Thread-safe.
Result<bool> KeyMatches(std::string pem, const Certificate& certificate);

}  // namespace certhealth
