// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/certbot_version.h"

#include <charconv>

namespace certhealth {

std::optional<CertbotVersion> ParseCertbotVersion(std::string_view text) {
  CertbotVersion version;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < version.numbers.size(); ++i) {
    const auto [next, error] = std::from_chars(at, end, version.numbers[i]);
    if (error != std::errc() || version.numbers[i] < 0) {
      if (i == 0) return std::nullopt;
      version.numbers[i] = 0;
      break;
    }
    at = next;
    if (at == end || *at != '.') break;
    ++at;
  }
  return version;
}

}  // namespace certhealth
