// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// A directive, or the head of a section.
struct ApacheStatement {
  std::vector<std::string> words;  // never empty; the first in lower case
  std::string place;               // "/etc/apache2/ports.conf:3"; valid UTF-8
  bool is_certain = true;          // no condition that cannot be told may leave it out

  std::string_view name() const { return words.front(); }
  /// The word after the directive's name that is number `index`; empty where there is none.
  std::string_view Argument(std::size_t index) const {
    return index + 1 < words.size() ? std::string_view(words[index + 1]) : std::string_view();
  }
};

/// The main server, a <VirtualHost> or a section of one, as far as it has a say in what is served.
struct ApacheScope {
  ApacheStatement head;
  std::vector<ApacheStatement> statements;
  std::vector<ApacheScope> scopes;  // in their order
  bool is_clear = true;             // nothing stands in it that was not understood

  /// The last statement of that name, which is the one that counts; null for none.
  const ApacheStatement* FindLast(std::string_view name) const {
    const auto found = std::find_if(statements.rbegin(), statements.rend(),
                                    [&](const auto& one) { return one.name() == name; });
    return found == statements.rend() ? nullptr : &*found;
  }
};

}  // namespace certhealth
