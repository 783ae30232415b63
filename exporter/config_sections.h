// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "collectors/base/failure.h"
#include "exporter/config.h"

namespace certhealth {

/// What the configuration file has said so far, and what its values are checked against.
struct ConfigReading {
  FileSettings settings;
  std::span<const std::string_view> problem_ids;  // what [policy] may ignore
};

enum class KeyUse { kNeeded, kOptional };
enum class KeyCount { kOnce, kRepeated };

struct KeyRule {
  std::string_view name;  // with dashes
  KeyUse use;
  KeyCount count;
  /// Writes `value` into the section that was started last; the failure says what is wrong with the
  /// value, on one line.
  std::optional<Failure> (*apply)(ConfigReading& reading, std::string_view value);
};

enum class SectionName { kNeeded, kForbidden };

struct SectionRule {
  std::string_view word;  // certbot in [certbot "main"]
  SectionName name;
  std::span<const KeyRule> keys;
  /// Makes room for a section's values; null when there is nothing to make.
  void (*start)(FileSettings& settings, std::string_view name);
  /// What is wrong with the section as a whole, once it is complete; null when nothing can be.
  std::optional<Failure> (*judge)(const FileSettings& settings) = nullptr;
};

/// All sections of the configuration file. A new one is one row.
std::span<const SectionRule> ConfigSections();

}  // namespace certhealth
