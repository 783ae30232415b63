// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "collectors/base/file_system.h"

namespace certhealth {

/// What a DNS plugin's credentials file sets, without what it sets it to.
struct CredentialsFile {
  bool seen = false;    // the rest holds only when it could be read
  std::string fault{};  // why ConfigObj, and so certbot, refuses the file; empty otherwise
  /// The keys of the top level. The value of one that is no secret (a server, a port, an
  /// algorithm) is kept; of any other there is only whether it is empty: "x" or "".
  std::map<std::string, std::string, std::less<>> keys{};
  /// Of the keys that end in "_secret", those whose value cannot be base64: its length says so.
  std::set<std::string, std::less<>> not_base64{};
};

/// Replaces what is secret in `text`, letter for letter, so that it stays what ConfigObj would make
/// of it: letters of base64 by x, others by "-". The secrets are overwritten where they stand.
void MaskSecrets(std::string& text);

/// Reads the file at `path` as certbot's dns_common.py does (CredentialsConfiguration). What was
/// read is masked before it is parsed.
CredentialsFile ReadCredentialsFile(const FileSystem& files, const std::string& path);

}  // namespace certhealth
