// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "collectors/web_server/nginx_scope.h"
#include "collectors/web_server/web_site.h"

namespace certhealth {

/// Gathers the server blocks of an nginx configuration as it is read. Directives that are not known
/// to leave what is served alone make their scope unclear. One reading, one thread.
class NginxSites {
 public:
  /// A block begins. Only http, its servers and their locations count.
  void Begin(const std::vector<std::string>& words, std::string place);
  void Add(const std::vector<std::string>& words, std::string place);
  void End();

  /// All of them, each with its answer to a challenge; nullopt where that cannot be told.
  std::optional<std::vector<WebSite>> Take() &&;

 private:
  std::vector<NginxScope> open_;  // http, and within it a server, and within that locations
  std::size_t passed_over_ = 0;   // of the open blocks, the innermost that do not count
  std::size_t kept_ = 0;
  std::size_t patterns_ = 0;
  std::optional<NginxScope> http_;
  bool is_clear_ = true;
};

}  // namespace certhealth
