// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "collectors/base/result.h"
#include "exporter/config.h"
#include "exporter/log.h"

namespace certhealth {

/// Reads the configuration anew: flags as they were typed, the file as it is now.
using ReadConfig = std::function<Result<Config>()>;

/// `certhealth_exporter serve`: looks in the background and serves until SIGTERM or SIGINT; SIGHUP
/// reads the configuration again. The exit code. Must be called before any thread is started: it
/// blocks those signals.
int Serve(const Config& config, const ReadConfig& read_config, const Clock& clock, const Log& log);

}  // namespace certhealth
