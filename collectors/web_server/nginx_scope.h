// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// A directive, or the head of a block.
struct NginxStatement {
  std::vector<std::string> words;  // never empty
  std::string place;               // "/etc/nginx/nginx.conf:3"; valid UTF-8
};

/// http, a server or a location, as far as it has a say in what is served.
struct NginxScope {
  NginxStatement head;
  std::vector<NginxStatement> statements;
  std::vector<NginxScope> scopes;  // servers or locations, in their order
  bool is_clear = true;            // nothing stands in it that was not understood

  /// The first statement of that name, null for none.
  const NginxStatement* Find(std::string_view name) const {
    const auto found = std::ranges::find_if(
        statements, [&](const NginxStatement& one) { return one.words.front() == name; });
    return found == statements.end() ? nullptr : &*found;
  }
};

}  // namespace certhealth
