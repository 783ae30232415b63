// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/certificate.h"

struct X509_pubkey_st;

namespace certhealth {

/// What kind of key a SubjectPublicKeyInfo holds. Read from its algorithm and its lengths alone:
/// to decode the key itself is most of the cost of a certificate in OpenSSL 3.0.
PublicKey DescribePublicKey(const X509_pubkey_st* key);

}  // namespace certhealth
