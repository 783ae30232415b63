// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string_view>

namespace certhealth {

/// A release of certbot; orders as the numbers do. "5.7.0.dev0" counts as 5.7.0.
struct CertbotVersion {
  std::array<int, 3> numbers{};

  bool operator==(const CertbotVersion&) const = default;
  std::strong_ordering operator<=>(const CertbotVersion& other) const {
    return numbers <=> other.numbers;
  }
};

/// Nothing when `text` does not start with a number.
std::optional<CertbotVersion> ParseCertbotVersion(std::string_view text);

}  // namespace certhealth
