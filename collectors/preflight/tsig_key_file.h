// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "collectors/base/file_system.h"
#include "collectors/preflight/tsig.h"

namespace certhealth {

/// Reads dns_rfc2136_name and dns_rfc2136_secret of certbot's credentials at `path`. Takes what is
/// written as people write it, and nothing that ConfigObj could read in another way: nullopt then,
/// and where there is no such file or its secret is no base64. What was read is overwritten; the
/// key alone has the secret.
/// REQUIRES: the configuration allows that secrets are read (ReadKeys::kYes)
std::optional<TsigKey> ReadTsigKey(const FileSystem& files, const std::string& path);

}  // namespace certhealth
