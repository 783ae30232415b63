// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "collectors/endpoint/endpoint.h"
#include "exporter/report.h"

namespace certhealth {

/// Mail servers between themselves take any certificate (RFC 7435).
bool IsOpportunistic(const EndpointTarget& target);

/// Whether a client would trust what an endpoint presents. Nothing without a certificate; nor where
/// a listener of this machine presents the very certificate that lies on its disk, and only the
/// root is not among this machine's: nobody has said which root its clients have. Pure.
std::optional<bool> IsTrusted(const Verdict& verdict);

}  // namespace certhealth
