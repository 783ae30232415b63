// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collectors/base/failure.h"

namespace certhealth {

/// Replaces the file `path` by `text` in one step: readers see the old contents or the new ones,
/// and a failure leaves the old ones. Readable by all, as node_exporter's textfile collector needs.
/// The failure, or nothing.
std::optional<Failure> WriteAtomically(const std::string& path, std::string_view text);

}  // namespace certhealth
