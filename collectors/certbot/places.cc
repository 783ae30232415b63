// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/places.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace certhealth {
namespace {

/// Debian, pip and snap (classic confinement) share the first; the BSD ports use the second.
constexpr std::array<std::string_view, 2> kConfigDirs = {"/etc/letsencrypt",
                                                         "/usr/local/etc/letsencrypt"};
constexpr std::string_view kLogsDir = "/var/log/letsencrypt";

}  // namespace

std::vector<CertbotPlace> FindCertbot(const FileSystem& files,
                                      const std::vector<CertbotPlace>& given,
                                      const std::optional<std::string>& logs_dir) {
  std::vector<CertbotPlace> places = given;
  if (places.empty()) {
    for (const std::string_view directory : kConfigDirs) {
      if (files.Status(std::string(directory) + "/renewal") ||
          files.Status(std::string(directory) + "/live")) {
        places.push_back({std::string(directory), {}});
      }
    }
  }
  for (CertbotPlace& place : places) {
    if (!place.logs_dir) place.logs_dir = logs_dir.value_or(std::string(kLogsDir));
  }
  return places;
}

}  // namespace certhealth
