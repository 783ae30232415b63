// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// What counts here of an ACME server's directory (RFC 8555, 7.1.1).
struct AcmeDirectory {
  bool has_new_order = false;
  std::vector<std::string> caa_identities;  // meta.caaIdentities, in lower case
};

/// nullopt for what is no JSON object. Pure.
std::optional<AcmeDirectory> ParseAcmeDirectory(std::string_view json);

/// The account's URL in certbot's accounts/SERVER/ACCOUNT/regr.json; nullopt without one. Pure.
std::optional<std::string> ParseAccountUri(std::string_view json);

}  // namespace certhealth
