// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace certhealth {

/// Whether what is secret is read: a lineage's private key, to compare it with the certificate; the
/// TSIG key of a DNS plugin's credentials, to ask the server whether it takes it.
enum class ReadKeys { kNo, kYes };

}  // namespace certhealth
