// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace certhealth {

/// The value of an `issue` or `issuewild` property (RFC 8659, 4.2): "ca.example; policy=ev".
struct CaaIssuer {
  std::string domain;                                           // in lower case; empty: nobody
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case
};

/// nullopt when it does not follow the grammar: such a property names nobody.
std::optional<CaaIssuer> ParseCaaIssuer(std::string_view value);

/// The names whose CAA records are asked for, until one has any (RFC 8659, 3): `name` itself, then
/// each parent up to the top-level domain. A wildcard's are those of the name behind "*.". At most
/// 128, which is what a name of 255 bytes can have.
std::vector<std::string> CaaTree(std::string_view name);

}  // namespace certhealth
