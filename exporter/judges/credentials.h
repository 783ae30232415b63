// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

/// Judges of the file with a DNS provider's credentials (dns_common.py).
namespace certhealth::judges {

std::optional<Finding> CredentialsMissing(const Case& given);
std::optional<Finding> CredentialsIncomplete(const Case& given);
std::optional<Finding> CredentialsExposed(const Case& given);

}  // namespace certhealth::judges
