// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/base/file_system.h"
#include "collectors/schedule/schedule.h"

namespace certhealth {

/// Where one certbot keeps its things: absolute paths.
struct CertbotPlace {
  std::string config_dir;               // holds live/, archive/, renewal/, accounts/
  std::optional<std::string> logs_dir;  // none: wherever its cli.ini says, or the default

  bool operator==(const CertbotPlace&) const = default;
};

/// The places `given`, or, when none are, those that exist of: the ones that cli.ini and the calls
/// in `schedule` name, /etc/letsencrypt of Debian, pip and snap alike, /usr/local/etc/letsencrypt
/// of the BSD ports. Nothing where certbot was never used. Every place that comes back has its
/// logs_dir.
std::vector<CertbotPlace> FindCertbot(const FileSystem& files, const Schedule& schedule,
                                      const std::vector<CertbotPlace>& given,
                                      const std::optional<std::string>& logs_dir);

}  // namespace certhealth
