// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace certhealth {

/// `path` up to its last slash, without it: "/a" for "/a/b", "/" for "/b".
std::string DirectoryOf(std::string_view path);

/// What is behind the last slash.
std::string_view BaseOf(std::string_view path);

/// `path` without ".", ".." and doubled slashes, as text alone: symbolic links are not looked at.
/// REQUIRES: absolute
std::string NormalPath(std::string_view path);

/// Where the text of a link that lies in `directory` leads: certbot's own way (storage.py,
/// get_link_target).
std::string ResolveLinkText(std::string_view directory, std::string_view text);

/// The N of "KIND<N>.pem".
std::optional<int> VersionOf(std::string_view file_name, std::string_view kind);

}  // namespace certhealth
