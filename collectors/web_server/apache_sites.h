// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collectors/web_server/apache_scope.h"
#include "collectors/web_server/web_site.h"

namespace certhealth {

/// Gathers the virtual hosts of an Apache configuration as it is read. Directives that are not
/// known to leave what is served alone make their scope unclear. One reading, one thread.
class ApacheSites {
 public:
  /// Whether what stands within <IfModule> and its like counts.
  enum class Condition { kHolds, kMayHold, kDoesNotHold };

  ApacheSites() : open_(1) {}

  /// A section begins that is no condition; the first of `words` is its name.
  void Begin(std::vector<std::string> words, std::string place);
  void BeginCondition(Condition condition);
  void Add(std::vector<std::string> words, std::string place);
  /// The innermost open section or condition ends.
  void End();

  /// All hosts, each with its answer to a challenge; nullopt where they cannot be told.
  /// `may_exist` tells of a path whether a file may be there; `own_names` are those that the
  /// machine may have for itself.
  std::optional<std::vector<WebSite>> Take(const std::function<bool(const std::string&)>& may_exist,
                                           const std::vector<std::string>& own_names) &&;

 private:
  enum class Opened { kScope, kPart, kCondition, kDoubt, kPassedOver };

  std::vector<ApacheScope>
      open_;  // the main server, and within it a host, and within that sections
  std::vector<ApacheScope> hosts_;
  std::vector<Opened> opened_;  // of each open section, what was made of it
  std::size_t doubts_ = 0;      // how many of them are conditions that may hold
  std::size_t passed_over_ = 0;
  std::size_t kept_ = 0;
  bool is_clear_ = true;
};

}  // namespace certhealth
