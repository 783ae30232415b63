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

/// Also where it cannot be seen: a directory that is there and closed to us must be told, not
/// passed over.
bool MayBeThere(const FileSystem& files, const std::string& path) {
  const auto status = files.Status(path);
  return status || status.error().reason == Reason::kPermissionDenied;
}

/// Where certbot logs what it does in `config_dir`, as far as anything says so.
std::string LogsDirOf(const Schedule& schedule, const std::string& config_dir) {
  for (const CertbotDirectories& directories : schedule.directories) {
    const std::string of(directories.config_dir.value_or(std::string(kConfigDirs.front())));
    if (directories.logs_dir && of == config_dir) return *directories.logs_dir;
  }
  return std::string(kLogsDir);
}

}  // namespace

std::vector<CertbotPlace> FindCertbot(const FileSystem& files, const Schedule& schedule,
                                      const std::vector<CertbotPlace>& given,
                                      const std::optional<std::string>& logs_dir) {
  std::vector<CertbotPlace> places = given;
  const auto add_if_used = [&](const std::string& directory) {
    const bool known =
        std::ranges::find(places, directory, &CertbotPlace::config_dir) != places.end();
    if (known || !directory.starts_with('/')) return;
    if (MayBeThere(files, directory + "/renewal") || MayBeThere(files, directory + "/live")) {
      places.push_back({directory, {}});
    }
  };
  if (given.empty()) {
    for (const std::string_view directory : kConfigDirs) add_if_used(std::string(directory));
    for (const CertbotDirectories& directories : schedule.directories) {
      if (directories.config_dir) add_if_used(*directories.config_dir);
    }
  }
  for (CertbotPlace& place : places) {
    if (!place.logs_dir)
      place.logs_dir = logs_dir ? *logs_dir : LogsDirOf(schedule, place.config_dir);
  }
  return places;
}

}  // namespace certhealth
