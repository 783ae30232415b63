// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collectors/certbot_log/log_run.h"

namespace certhealth {

/// The window in `answer`, the CA's response to a renewalInfo request (RFC 9773, 4.2), headers and
/// all; its serial is left empty. Nothing when there is none, or one that ends before it starts.
std::optional<SuggestedWindow> ParseSuggestedWindow(std::string_view answer);

/// The serial number in a certificate's identifier, base64url(AKI) "." base64url(serial), in
/// lower-case hex. Empty when it is not such an identifier.
std::string SerialOfCertificateId(std::string_view identifier);

}  // namespace certhealth
