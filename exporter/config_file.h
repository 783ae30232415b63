// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "collectors/base/file_system.h"
#include "collectors/base/result.h"
#include "exporter/config.h"

namespace certhealth {

// Our configuration file:
//
//     # A comment has a line of its own, after '#' or ';'.
//     [certbot "main"]
//     config-dir = /etc/letsencrypt
//     logs-dir = /var/log/letsencrypt
//
//     [files "web"]
//     glob = /etc/ssl/private/**/*.pem
//     glob = /srv/*/tls.crt
//
//     [policy]
//     ignore = self_signed, weak_key
//
// - A line is blank, a comment, a section or `key = value`, indented or not. Nothing continues on
//   the next line; a key and its value have at most 190 bytes, a comment any number.
// - A section has a name in double quotes (letters, digits and . - _, at most 32), but for
// [policy].
//   No section comes twice. Keys are written with dashes or underscores; only `glob` and `ignore`
//   may come again.
// - A value is all that follows the '=', without the blanks around it. There are no quotes and no
//   escapes. A value with a '#' or ';' after a blank is refused: it is a comment to some readers of
//   INI and data to others.
// - UTF-8, with or without BOM; lines end in LF or CRLF.

/// Reads the text of a configuration file. `path` is for messages, `problem_ids` is what `ignore`
/// may name. Pure; thread-safe. kBadText when anything at all is wrong: the detail then has one
/// line for each mistake (after a hundred, how many more there are), in the order of the file,
///   certhealth.ini:12: [certbot "main"] unknown key 'confg_dir', did you mean 'config-dir'?
Result<FileSettings> ParseConfigFile(std::string_view text, std::string_view path,
                                     std::span<const std::string_view> problem_ids);

/// Reads the configuration file `path`, relative ones from the working directory. `files` must show
/// the whole machine: the path lies outside Config::root. Fails as reading does, with the path in
/// the detail; kTooLarge over 1 MiB.
Result<FileSettings> ReadConfigFile(const FileSystem& files, const std::string& path,
                                    std::span<const std::string_view> problem_ids);

}  // namespace certhealth
