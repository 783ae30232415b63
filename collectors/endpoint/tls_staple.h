// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/types.h>

#include <optional>
#include <span>

#include "collectors/endpoint/endpoint.h"

namespace certhealth {

/// What the OCSP answer `der` (RFC 6960, 4.2.1) says of `leaf`; nothing when it says nothing of
/// it, or does not decode. Its signature is not verified.
std::optional<OcspStaple> ReadStaple(std::span<const unsigned char> der, X509* leaf);

}  // namespace certhealth
