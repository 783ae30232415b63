// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "exporter/board.h"
#include "exporter/http_message.h"
#include "exporter/self_metrics.h"

namespace certhealth {

/// What the web front asks of the rest of the program. Called from many threads at once.
struct RouteContext {
  std::string telemetry_path;
  /// The board of the configuration in force.
  std::function<std::shared_ptr<const Board>()> board;
  std::function<std::optional<ConfigStatus>()> config_status;
  /// Reads the configuration again; the text of what is wrong with it, or nothing. Empty without
  /// --web.enable-lifecycle.
  std::function<std::optional<std::string>()> reload;
  /// Answers /probe.
  std::function<HttpResponse(const HttpRequest&)> probe;
  BuildInfo build;
};

/// Answers one request: the table of routes.
HttpResponse Respond(const RouteContext& context, const HttpRequest& request);

}  // namespace certhealth
