// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

struct UnitSetting {
  std::string section;  // without the brackets
  std::string key;
  /// Blanks at the ends removed, continued lines joined, specifiers (%i) as written.
  std::string value;
  std::size_t line = 0;  // the first one, counted from 1

  bool operator==(const UnitSetting&) const = default;
};

/// A systemd unit file, or one with its drop-ins behind it (systemd.syntax(7)). In the file's
/// order.
struct UnitFile {
  std::vector<UnitSetting> settings;

  /// All values of a key that makes a list. An empty assignment forgets those before it.
  std::vector<std::string> List(std::string_view section, std::string_view key) const;
  /// The value of a key that is set once: the last one, nullopt when absent or empty.
  std::optional<std::string> Last(std::string_view section, std::string_view key) const;
};

/// Reads a unit file as systemd does, which passes over lines it does not understand. At most 4096
/// settings are kept.
UnitFile ParseUnitFile(std::string_view text);

/// Whether a text means yes to systemd: 1, yes, y, true, t, on.
bool IsUnitTrue(std::string_view value);

}  // namespace certhealth
