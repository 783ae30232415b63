// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/result.h"

namespace certhealth {

struct CliIniSetting {
  /// As written, but for leading dashes: "config-dir". certbot knows no underscores.
  std::string key;
  std::vector<std::string> values;  // one, unless the value is a list: "[a, b]"
  bool is_list = false;
  std::size_t line = 0;

  bool operator==(const CliIniSetting&) const = default;
};

/// What a cli.ini says: options that certbot takes before those on its command line.
struct CliIni {
  std::vector<CliIniSetting> settings;  // in the file's order, repeated keys kept

  /// The setting that counts for the option `key`, without dashes: the last one.
  const CliIniSetting* Find(std::string_view key) const;
  /// Its only value; nullopt when absent or a list.
  std::optional<std::string> Value(std::string_view key) const;
};

/// Reads a cli.ini as certbot does, through ConfigArgParse's DefaultConfigFileParser (1.5): `key =
/// value`, `key: value`, `key value`, `--key value`; a key alone means "true"; sections are
/// comments. kBadText, naming the line, where certbot refuses the file, and for more than 4096
/// settings. Linear in the text.
Result<CliIni> ParseCliIni(std::string_view text);

}  // namespace certhealth
