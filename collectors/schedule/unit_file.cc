// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/unit_file.h"

#include "collectors/schedule/text.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxSettings = 4096;

/// Whether the last character is a backslash that no other one escapes.
bool IsContinued(std::string_view line) {
  std::size_t backslashes = 0;
  while (line.ends_with('\\')) {
    ++backslashes;
    line.remove_suffix(1);
  }
  return backslashes % 2 == 1;
}

}  // namespace

UnitFile ParseUnitFile(std::string_view text) {
  UnitFile file;
  std::string section;
  std::string logical;
  std::size_t first_line = 0;  // of `logical`; 0 while there is none
  std::size_t number = 0;

  const auto finish = [&] {
    const std::string_view line = Trim(logical);
    if (line.starts_with('[') && line.ends_with(']')) {
      section = line.substr(1, line.size() - 2);
    } else if (const std::size_t equals = line.find('='); equals != std::string_view::npos) {
      if (file.settings.size() < kMaxSettings) {
        file.settings.push_back({section, std::string(Trim(line.substr(0, equals))),
                                 std::string(Trim(line.substr(equals + 1))), first_line});
      }
    }
    logical.clear();
    first_line = 0;
  };

  for (std::string_view line : SplitLines(text)) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t start = line.find_first_not_of(kBlanks);
    line.remove_prefix(start == std::string_view::npos ? line.size() : start);
    // A comment may stand between the lines of a continued value.
    if (line.starts_with('#') || line.starts_with(';')) continue;
    if (first_line == 0) first_line = number;
    logical += line;
    if (IsContinued(logical)) {
      logical.back() = ' ';
    } else {
      finish();
    }
  }
  if (!logical.empty()) finish();
  return file;
}

std::vector<std::string> UnitFile::List(std::string_view section, std::string_view key) const {
  std::vector<std::string> values;
  for (const UnitSetting& setting : settings) {
    if (setting.section != section || setting.key != key) continue;
    if (setting.value.empty()) {
      values.clear();
    } else {
      values.push_back(setting.value);
    }
  }
  return values;
}

std::optional<std::string> UnitFile::Last(std::string_view section, std::string_view key) const {
  std::vector<std::string> values = List(section, key);
  if (values.empty()) return std::nullopt;
  return std::move(values.back());
}

bool IsUnitTrue(std::string_view value) {
  const std::string lower = ToLower(value);
  for (const std::string_view yes : {"1", "yes", "y", "true", "t", "on"}) {
    if (lower == yes) return true;
  }
  return false;
}

}  // namespace certhealth
