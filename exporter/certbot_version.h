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

  auto operator<=>(const CertbotVersion&) const = default;
};

/// Nothing when `text` does not start with a number.
std::optional<CertbotVersion> ParseCertbotVersion(std::string_view text);

}  // namespace certhealth
