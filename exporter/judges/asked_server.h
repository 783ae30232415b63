// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "collectors/certbot/asked_server.h"
#include "exporter/problem.h"

namespace certhealth::judges {

/// That `server` is of this machine and nobody listens there; nothing where it is of another, or
/// not known. Pure.
std::optional<Finding> NobodyListensAt(const Case& given, const AskedServer& server);

}  // namespace certhealth::judges
