// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "collectors/certbot_log/log_run.h"

namespace certhealth {

/// How much of an error's text is looked at, before it is cleaned and shortened.
inline constexpr std::size_t kMaxFailureTextBytes = 2048;

/// `lineage` has failed with certbot's error `text`: its message, its reason, and what becomes of a
/// certificate that was saved before.
void TakeFailure(LineageResult& lineage, std::string_view text);

/// The conf of `lineage` could not be used, and `text` is why.
void TakeParseFailure(LineageResult& lineage, std::string_view text);

/// A run has ended with the error `text`. `problems` are what the CA said in it.
RunError ErrorOfRun(std::string_view text, const std::vector<AcmeProblem>& problems);

/// The same, where a traceback's last line alone tells (until 1.4), "certbot.errors.LockError:
/// Another instance ...". Nothing when `line` is no error.
std::optional<RunError> ErrorOfTraceback(std::string_view line,
                                         const std::vector<AcmeProblem>& problems);

}  // namespace certhealth
