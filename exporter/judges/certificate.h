// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

/// Judges of the certificate itself, whoever looks after it. Each answers for one row of the table
/// of problems.
namespace certhealth::judges {

std::optional<Finding> Expired(const Case& given);
std::optional<Finding> ExpiresSoon(const Case& given);
std::optional<Finding> NotYetValid(const Case& given);
std::optional<Finding> RenewalOverdue(const Case& given);
std::optional<Finding> ChainExpiresFirst(const Case& given);
std::optional<Finding> ChainBroken(const Case& given);
std::optional<Finding> KeyMismatch(const Case& given);
std::optional<Finding> KeyExposed(const Case& given);
std::optional<Finding> WeakKey(const Case& given);
std::optional<Finding> WeakSignature(const Case& given);
std::optional<Finding> StagingCertificate(const Case& given);
std::optional<Finding> SelfSigned(const Case& given);
std::optional<Finding> Unreadable(const Case& given);

}  // namespace certhealth::judges
