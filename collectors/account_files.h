// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace certhealth {

// Why certbot (0.8 to 5.8) could not load a file of an account (account.py, _load_for_server_path:
// it reads all three at each renewal): "lacks uri"; empty where nothing is wrong with its form.

/// regr.json.
std::string FaultOfRegistration(std::string_view text);

/// meta.json.
std::string FaultOfAccountMeta(std::string_view text);

/// private_key.json by its first and its last byte, which are no part of the key.
std::string FaultOfAccountKeysEnds(char first, char last);

/// private_key.json, a JSON Web Key (RFC 7517). What is secret in `text` is overwritten before it
/// is parsed.
std::string FaultOfAccountKey(std::string& text);

}  // namespace certhealth
